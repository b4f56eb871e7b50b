using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Serverless.Tests.Outbound;

namespace Serverless.Tests.Faults;

/// <summary>A message as a receiver got it.</summary>
/// <param name="Role">The role that the receiver plays.</param>
/// <param name="MessageId">The id of the message.</param>
/// <param name="Second">When its try began, in seconds of Unix time: its signature is over that.</param>
/// <param name="Status">What it is answered; null when the connection breaks instead.</param>
internal sealed record TakenRequest(string Role, string MessageId, long Second, int? Status);

/// <summary>Plays all receivers that nobody wishes for, each at an address of its own: no request to one waits for another's.</summary>
internal sealed partial class UnreliableReceiver : IAsyncDisposable
{
    /// <summary>The role of the receiver that wants nothing, ever.</summary>
    public const string Gone = "gone";

    private const int HugeBytes = 4 * 1024 * 1024;
    private const int SlowAnswers = 2;
    private const int DrippingAnswers = 4;

    // Addresses of this machine from here on.
    private const int FirstAddress = 20;

    // A try is given up after fifteen seconds. What is left of them is for a machine that is busy.
    private static readonly TimeSpan AlmostTooLong = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan BetweenDrops = TimeSpan.FromMilliseconds(100);

    // By how many requests there were, and how many with this message: whoever fails does so once a message, so that nothing has to wait for a third try.
    private static readonly Dictionary<string, Func<int, int, Manner>> Roles = new(StringComparer.Ordinal)
    {
        ["slow"] = (number, _) => number <= SlowAnswers ? Manner.Slow : Manner.Quick,
        ["dripping"] = (number, _) => number <= DrippingAnswers ? Manner.Dripping : Manner.Quick,
        ["huge"] = (_, _) => Manner.Huge,
        ["torn"] = (_, _) => Manner.Torn,
        ["resetting"] = (_, attempt) => attempt == 1 ? Manner.Reset : Manner.Quick,
        ["breaking off"] = (_, attempt) => attempt == 1 ? Manner.BrokenOff : Manner.Quick,
        ["redirecting"] = (_, attempt) => attempt == 1 ? Manner.Saying(302, "Location: /elsewhere\n") : Manner.Quick,
        ["failing"] = (_, attempt) => attempt == 1 ? Manner.Saying(500) : Manner.Quick,
        ["busy"] = (_, attempt) => attempt == 1 ? Manner.Saying(429, "Retry-After: 1\n") : Manner.Quick,
        [Gone] = (_, _) => Manner.Saying(410),
    };

    private readonly Lock _lock = new();
    private readonly List<TakenRequest> _taken = [];
    private readonly Dictionary<string, Receiver> _receivers;
    private readonly Action<int> _arrived;
    private int _strays;

    /// <summary>Starts it.</summary>
    /// <param name="arrived">Is told the number of each request, from 1, before that is answered.</param>
    public UnreliableReceiver(Action<int> arrived)
    {
        _arrived = arrived;
        _receivers = Roles.Keys.Select((role, index) => (role, address: IPAddress.Parse($"127.0.0.{FirstAddress + index}"))).ToDictionary(
            each => each.role, each => Receiver.Start((request, connection, cancellationToken) => AnswerAsync(each.role, request, connection, cancellationToken), each.address), StringComparer.Ordinal);
    }

    /// <summary>The address for each role.</summary>
    public IReadOnlyDictionary<string, string> Urls => _receivers.ToDictionary(each => each.Key, each => each.Value.Url + "hook", StringComparer.Ordinal);

    /// <summary>What came to none of these addresses, as where a redirect leads.</summary>
    public int Strays => Volatile.Read(ref _strays);

    /// <summary>What has come so far.</summary>
    public IReadOnlyList<TakenRequest> Taken
    {
        get
        {
            lock (_lock)
            {
                return [.. _taken];
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers.Values)
        {
            await receiver.DisposeAsync();
        }
    }

    private Task AnswerAsync(string role, string request, Stream connection, CancellationToken cancellationToken)
    {
        var head = Head().Match(request);
        if (!head.Success)
        {
            Interlocked.Increment(ref _strays);
            return Manner.Quick.PlayAsync(connection, cancellationToken);
        }

        var (manner, number) = Take(role, head.Groups["id"].Value, long.Parse(Timestamp().Match(request).Groups["second"].Value, CultureInfo.InvariantCulture));
        _arrived(number);
        return manner.PlayAsync(connection, cancellationToken);
    }

    private (Manner Manner, int Number) Take(string role, string messageId, long second)
    {
        lock (_lock)
        {
            var before = _taken.FindAll(each => each.Role == role);
            var manner = Roles[role](before.Count + 1, before.Count(each => each.MessageId == messageId) + 1);
            _taken.Add(new(role, messageId, second, manner.Status));
            return (manner, _taken.Count);
        }
    }

    [GeneratedRegex(@"^POST /hook .*\r\nwebhook-id: (?<id>[^\r]*)\r\n", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Head();

    [GeneratedRegex(@"\r\nwebhook-timestamp: (?<second>\d+)\r\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Timestamp();

    /// <summary>A way to answer.</summary>
    /// <param name="Status">The status; null for none.</param>
    /// <param name="PlayAsync">Does it.</param>
    private sealed record Manner(int? Status, Func<Stream, CancellationToken, Task> PlayAsync)
    {
        public static readonly Manner Quick = Saying(200);

        public static readonly Manner Slow = new(200, async (connection, cancellationToken) =>
        {
            await Task.Delay(AlmostTooLong, cancellationToken);
            await Quick.PlayAsync(connection, cancellationToken);
        });

        public static readonly Manner Dripping = new(200, async (connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, "HTTP/1.1 200 OK\nContent-Length: 1000\n\n", cancellationToken);
            for (var drop = 0; drop < 1000; drop++)
            {
                await Receiver.SayAsync(connection, ".", cancellationToken);
                await Task.Delay(BetweenDrops, cancellationToken);
            }
        });

        public static readonly Manner Huge = new(200, async (connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, $"HTTP/1.1 200 OK\nContent-Length: {HugeBytes}\n\n", cancellationToken);
            await connection.WriteAsync(new byte[HugeBytes], cancellationToken);
        });

        // Its status has been there: the message is taken.
        public static readonly Manner Torn = new(200, async (connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, "HTTP/1.1 200 OK\nContent-Length: 1000\n\nThe beginning", cancellationToken);
            await connection.DisposeAsync();
        });

        public static readonly Manner Reset = new(null, (connection, _) => ResetAsync(connection).AsTask());

        public static readonly Manner BrokenOff = new(null, async (connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, "HTTP/1.1 200 OK\nContent-Len", cancellationToken);
            await ResetAsync(connection);
        });

        public static Manner Saying(int status, string headers = "") => new(
            status, (connection, cancellationToken) => Receiver.SayAsync(connection, $"HTTP/1.1 {status} Status\n{headers}Content-Length: 0\n\n", cancellationToken));

        private static ValueTask ResetAsync(Stream connection)
        {
            ((NetworkStream)connection).Socket.LingerState = new(enable: true, seconds: 0);
            return connection.DisposeAsync();
        }
    }
}

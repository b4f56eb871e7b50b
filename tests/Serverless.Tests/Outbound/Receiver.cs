using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Tests.Outbound;

/// <summary>Answers a request; may also never end, or break the connection by disposing of it.</summary>
internal delegate Task Answer(string request, Stream connection, CancellationToken cancellationToken);

/// <summary>A server on this machine that does with connections whatever a test says, byte by byte.</summary>
internal sealed partial class Receiver : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Answer _answer;
    private readonly Task _listening;
    private int _connections;

    private Receiver(Answer answer, IPAddress address)
    {
        _answer = answer;
        _listener = new(address, 0);
        _listener.Start();
        _listening = ListenAsync();
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Its address.</summary>
    public string Url => $"http://{_listener.LocalEndpoint}/";

    /// <summary>How often it was connected to.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The requests so far, headers and body, as they came.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Starts one that does as told with every request.</summary>
    /// <param name="answer">What it does.</param>
    /// <param name="address">Where it listens on this machine; null for 127.0.0.1.</param>
    public static Receiver Start(Answer answer, IPAddress? address = null) => new(answer, address ?? IPAddress.Loopback);

    /// <summary>Starts one that gives the same answer to every request.</summary>
    /// <param name="answer">Status line, headers and body; line ends may be single.</param>
    public static Receiver Saying(string answer) => Start((_, connection, cancellationToken) => SayAsync(connection, answer, cancellationToken));

    /// <summary>Sends a text; its line ends become those of HTTP.</summary>
    public static Task SayAsync(Stream connection, string text, CancellationToken cancellationToken) =>
        connection.WriteAsync(Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n")), cancellationToken).AsTask();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _listening;
        await Task.WhenAll(_serving);
        _end.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                _serving.Add(ServeAsync(client));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var connection = client.GetStream();
                while (await ReadAsync(connection) is { } request)
                {
                    _requests.Enqueue(request);
                    await _answer(request, connection, _end.Token);
                }
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The client has had enough, or the test.
            }
        }
    }

    private async Task<string?> ReadAsync(Stream connection)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(request.ToString()))
        {
            var count = await connection.ReadAsync(buffer, _end.Token);
            if (count == 0)
            {
                return null;
            }

            request.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return request.ToString();
    }

    private static bool IsWhole(string request)
    {
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
        {
            return false;
        }

        var length = ContentLength().Match(request) is { Success: true } match ? int.Parse(match.Groups["length"].Value, CultureInfo.InvariantCulture) : 0;
        return request.Length >= head + 4 + length;
    }

    [GeneratedRegex(@"\r\nContent-Length: (?<length>\d+)\r\n", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex ContentLength();
}

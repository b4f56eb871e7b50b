using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Serverless.Tests.Outbound;

namespace Serverless.Tests.Runs.Engine;

/// <summary>A request that a step sent.</summary>
/// <param name="Path">The path it asked for, without its first slash.</param>
/// <param name="Key">Its <c>Idempotency-Key</c>.</param>
/// <param name="Attempt">How many requests with this key there were, this one included.</param>
internal sealed record StepRequest(string Path, string Key, int Attempt);

/// <summary>What steps send their requests to. It minds their <c>Idempotency-Key</c>: a request that comes again takes no effect.</summary>
internal sealed partial class EffectReceiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _requests = new(StringComparer.Ordinal);
    private readonly Receiver _receiver;
    private TaskCompletionSource _changed = NewSignal();

    private EffectReceiver(Func<StepRequest, Task<(int Status, string Body)>> answer) =>
        _receiver = Receiver.Start(async (request, connection, cancellationToken) =>
        {
            var key = Key().Match(request).Groups["key"].Value;
            var attempt = _requests.AddOrUpdate(key, 1, (_, count) => count + 1);
            Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
            var (status, body) = await answer(new(Path().Match(request).Groups["path"].Value, key, attempt)).WaitAsync(cancellationToken);
            await Receiver.SayAsync(connection, $"HTTP/1.1 {status} Status\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\n\n{body}", cancellationToken);
        });

    /// <summary>Its address.</summary>
    public string Url => _receiver.Url;

    /// <summary>How many requests there were with each key: for each there was one effect.</summary>
    public IReadOnlyDictionary<string, int> Requests => _requests;

    /// <summary>Starts one that takes every request.</summary>
    public static EffectReceiver Start() => Start(request => (200, $"{request.Path} done"));

    /// <summary>Starts one that answers at once.</summary>
    public static EffectReceiver Start(Func<StepRequest, (int Status, string Body)> answer) => new(request => Task.FromResult(answer(request)));

    /// <summary>Starts one that answers when it likes.</summary>
    public static EffectReceiver StartWaiting(Func<StepRequest, Task<(int Status, string Body)>> answer) => new(answer);

    /// <summary>Waits until there were as many requests as expected.</summary>
    public async Task WaitForAsync(int count)
    {
        using var patience = new CancellationTokenSource(RunDriver.Patience);
        while (true)
        {
            var changed = _changed.Task;
            if (_requests.Values.Sum() >= count)
            {
                return;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [GeneratedRegex(@"\r\nIdempotency-Key: (?<key>[^\r]*)\r\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();

    [GeneratedRegex("^[A-Z]+ /(?<path>[^ ]*) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Path();
}

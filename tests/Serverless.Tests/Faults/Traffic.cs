namespace Serverless.Tests.Faults;

/// <summary>Senders of several loads at a time, to whatever instance there is.</summary>
internal sealed class Traffic
{
    private readonly IReadOnlyList<Load> _loads;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Traffic of some loads.</summary>
    public Traffic(params IReadOnlyList<Load> loads) => _loads = loads;

    /// <summary>How many requests of all loads were answered with success.</summary>
    public int Acknowledged => _loads.Sum(load => load.Acknowledged);

    /// <summary>Sends until told to end.</summary>
    /// <param name="sendersPerLoad">How many senders a load has.</param>
    /// <param name="pick">Says where the next request goes; waits while there is nobody to send to.</param>
    /// <param name="end">Ends when the requests under way are answered.</param>
    public Task SendAsync(int sendersPerLoad, Func<CancellationToken, Task<HttpClient>> pick, CancellationToken end) =>
        Task.WhenAll(_loads.SelectMany(load => Enumerable.Range(0, sendersPerLoad).Select(_ => SendAsync(load, pick, end))));

    /// <summary>Waits until so many more requests were answered with success.</summary>
    /// <param name="count">How many.</param>
    /// <param name="sending">What sends; its failure ends the wait.</param>
    public Task WaitForAsync(int count, Task sending)
    {
        var enough = Acknowledged + count;
        return WaitUntilAsync(() => Acknowledged >= enough, sending);
    }

    /// <summary>Waits until something is so, which only an answer can change.</summary>
    /// <param name="condition">What is to be so.</param>
    /// <param name="sending">What sends; its failure ends the wait.</param>
    public async Task WaitUntilAsync(Func<bool> condition, Task sending)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (condition())
            {
                return;
            }

            if (await Task.WhenAny(changed, sending) == sending)
            {
                await sending;
                return;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task SendAsync(Load load, Func<CancellationToken, Task<HttpClient>> pick, CancellationToken end)
    {
        try
        {
            while (!end.IsCancellationRequested)
            {
                await load.SendAsync(await pick(end));
                Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // There was nobody to send to at the end.
        }
    }
}

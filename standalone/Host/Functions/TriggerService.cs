using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Standalone.Host;

/// <summary>Waits for something to happen, and runs a function when it does.</summary>
internal interface ITriggerListener
{
    /// <summary>Listens until <paramref name="stopping"/>, then returns when the functions under way have ended.</summary>
    /// <param name="stopping">Cancelled when no more should be started.</param>
    /// <param name="aborted">Cancelled when functions under way should give up.</param>
    Task RunAsync(CancellationToken stopping, CancellationToken aborted);
}

/// <summary>Runs the listeners from when everything else has started until the host stops, and lets functions under way finish.</summary>
internal sealed partial class TriggerService(IEnumerable<ITriggerListener> listeners, ILogger<TriggerService> logger)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborted = new();
    private Task _running = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(listeners.Select(listener => Task.Run(() => listener.RunAsync(_stopping.Token, _aborted.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _running.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.Aborted(logger);
            await _aborted.CancelAsync();
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _aborted.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Functions are still under way after the time allowed for shutting down.")]
        public static partial void Aborted(ILogger logger);
    }
}

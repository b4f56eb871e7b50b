using Microsoft.Extensions.Logging;

namespace Serverless.Local.Functions;

/// <summary>Waits for something to happen, and runs a function when it does.</summary>
internal interface ITriggerListener
{
    /// <summary>Listens until <paramref name="stopping"/>, then returns when the functions under way have ended.</summary>
    /// <param name="stopping">Cancelled when no more should be started.</param>
    /// <param name="aborted">Cancelled when functions under way should give up.</param>
    Task RunAsync(CancellationToken stopping, CancellationToken aborted);
}

/// <summary>Runs listeners until they are told to stop, and then lets functions under way finish.</summary>
/// <param name="logger">The log.</param>
internal sealed partial class TriggerListeners(ILogger<TriggerListeners> logger) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborted = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Starts the listeners.</summary>
    public void Start(IReadOnlyList<ITriggerListener> listeners) =>
        _running = Task.WhenAll(listeners.Select(listener => Task.Run(() => listener.RunAsync(_stopping.Token, _aborted.Token), CancellationToken.None)));

    /// <summary>Starts no more functions, and waits for those under way.</summary>
    /// <param name="grace">How long they may take; after that they are asked to give up.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        await _stopping.CancelAsync();
        if (await Task.WhenAny(_running, Task.Delay(grace, TimeProvider.System)) != _running)
        {
            Log.Aborted(logger);
            await _aborted.CancelAsync();
        }
    }

    /// <inheritdoc/>
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

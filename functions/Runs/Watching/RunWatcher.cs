using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Serverless.Runs.Engine;
using Serverless.Storage;

namespace Serverless.Runs.Watching;

/// <summary>
/// Watches runs by looking at their rows, for they are carried on in other processes: after 50 ms first, then less and less often, but at least
/// once a second. Pauses grow by half, not twofold: so the end of a short run is seen soon after it, and a long one costs three looks more. However many
/// watch a run here, one looks for all.
/// </summary>
public sealed class RunWatcher(RunStore store, TimeProvider time)
{
    private const double Growth = 1.5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<RunId, Watch> _watches = new();

    /// <summary>The states of a run from one on, that one included, as they come. Ends with the run; what comes fast may be left out.</summary>
    /// <param name="known">The run as it was found.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="FormatException">The run cannot be read any more.</exception>
    internal async IAsyncEnumerable<Run> WatchAsync(Run known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return known;
        if (known.IsTerminal)
        {
            yield break;
        }

        var watch = Enter(known);
        try
        {
            var shown = known;
            while (!shown.IsTerminal)
            {
                var changed = watch.Changed;
                watch.Failure?.Throw();
                if (ReferenceEquals(watch.Current, shown) || !watch.Current.IsFurtherThan(shown))
                {
                    await changed.WaitAsync(cancellationToken);
                    continue;
                }

                yield return shown = watch.Current;
            }
        }
        finally
        {
            Leave(watch);
        }
    }

    private Watch Enter(Run known)
    {
        while (true)
        {
            var watch = _watches.GetOrAdd(known.Id, static (_, run) => new Watch(run), known);
            lock (watch.Gate)
            {
                if (watch.IsOver)
                {
                    // The last one left between our finding and locking it.
                    continue;
                }

                watch.Publish(known);
                if (watch.Watchers++ == 0)
                {
                    _ = LookAsync(watch);
                }

                return watch;
            }
        }
    }

    private void Leave(Watch watch)
    {
        lock (watch.Gate)
        {
            if (--watch.Watchers == 0)
            {
                watch.IsOver = true;
                _watches.TryRemove(watch.Current.Id, out _);
                watch.Stop.Cancel();
                watch.Stop.Dispose();
            }
        }
    }

    private async Task LookAsync(Watch watch)
    {
        var stop = watch.Stop.Token;
        var pause = FirstPause;
        try
        {
            while (true)
            {
                await Task.Delay(pause, time, stop);
                pause = pause * Growth < LongestPause ? pause * Growth : LongestPause;
                if (await TryFindAsync(watch.Current, stop) is { } found && watch.Publish(found))
                {
                    pause = FirstPause;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
        catch (Exception failure)
        {
            watch.Fail(failure);
        }
    }

    // A storage that is away, or keeps silent, is asked again for as long as somebody watches.
    private async Task<Run?> TryFindAsync(Run run, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.FindAsync(run.Workspace, run.Id, cancellationToken))?.Run;
        }
        catch (Exception failure) when (StorageRetry.IsOutage(failure) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed class Watch(Run known)
    {
        private TaskCompletionSource _changed = NewSignal();

        public Lock Gate { get; } = new();

        public Run Current { get; private set; } = known;

        public Task Changed => Volatile.Read(ref _changed).Task;

        public int Watchers { get; set; }

        public ExceptionDispatchInfo? Failure { get; private set; }

        public bool IsOver { get; set; }

        public CancellationTokenSource Stop { get; } = new();

        // A look that began before a state was stored may bring an older one.
        public bool Publish(Run run)
        {
            lock (Gate)
            {
                if (!run.IsFurtherThan(Current))
                {
                    return false;
                }

                Current = run;
                Signal();
                return true;
            }
        }

        public void Fail(Exception failure)
        {
            lock (Gate)
            {
                Failure = ExceptionDispatchInfo.Capture(failure);
                Signal();
            }
        }

        private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).SetResult();

        private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

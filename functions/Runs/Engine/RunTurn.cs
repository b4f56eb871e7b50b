using Azure;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine.Steps;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>
/// One turn of work on a run: does what is ready, and goes on until nothing is left, until there is only waiting left, or for two minutes. The
/// run is stored when its turn ends; before that, half a second after something has changed; and always before a step begins whose work
/// rests on a result that would not come out the same again. That somebody has ended the run elsewhere shows when it is to be stored.
/// </summary>
internal sealed class RunTurn : IAsyncDisposable
{
    // In good time before the Functions host would end the invocation, even if the last step takes its full five minutes.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    // Shorter waits are not worth a message.
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WriteInterval = TimeSpan.FromMilliseconds(500);

    private readonly RunStore _store;
    private readonly StepRunners _steps;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _interruption;
    private readonly RunPlanner _planner;
    private readonly Dictionary<AppStep, Task<StepResult?>> _underWay = [];
    private readonly long _begunAt;
    private StoredRun _stored;
    private Run _run;
    private long _writtenAt;
    private bool _isGone;

    /// <summary>Begins a turn.</summary>
    /// <param name="stored">The run.</param>
    /// <param name="store">Keeps it.</param>
    /// <param name="steps">Does the steps.</param>
    /// <param name="time">The clock.</param>
    /// <param name="leaving">Cancelled when the process is about to end.</param>
    public RunTurn(StoredRun stored, RunStore store, StepRunners steps, TimeProvider time, CancellationToken leaving)
    {
        (_stored, _store, _steps, _time) = (stored, store, steps, time);
        _interruption = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        _planner = new(stored.Run.App);
        _run = RunTransition.Resume(stored.Run);
        _begunAt = _writtenAt = time.GetTimestamp();
    }

    /// <summary>The run as it is stored.</summary>
    public Run Run => _stored.Run;

    private bool IsChanged => !ReferenceEquals(_run, _stored.Run);

    private bool MayBegin => !_interruption.IsCancellationRequested && _time.GetElapsedTime(_begunAt) < Longest;

    /// <summary>Does the work.</summary>
    /// <returns>How long to wait for the next turn; null when there is none, for the run has come to its end, or is not there any more.</returns>
    /// <exception cref="RequestFailedException">The run could not be stored: what was not stored before has to be done again.</exception>
    public async Task<TimeSpan?> WorkAsync()
    {
        while (!_isGone)
        {
            var now = _time.GetUtcNow();
            var plan = _planner.Plan(_run, now);
            _run = plan.Run;
            var untilDue = plan.Ready.Count > 0 ? TimeSpan.Zero : plan.NextDueAt - now;
            if (_run.IsTerminal)
            {
                if (await WriteAsync(now))
                {
                    return null;
                }
            }
            else if (MayBegin && plan.Ready.Count > 0)
            {
                await BeginAsync(plan.Ready, now);
            }
            else if (_underWay.Count > 0 || (MayBegin && untilDue <= ShortWait))
            {
                await WaitAsync(MayBegin ? untilDue : null);
            }
            else if (await WriteAsync(now + untilDue!.Value))
            {
                return untilDue;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _interruption.CancelAsync();
        await Task.WhenAll(_underWay.Values);
        _interruption.Dispose();
    }

    private async Task BeginAsync(IReadOnlyList<AppStep> ready, DateTimeOffset now)
    {
        if (ready.Any(HasEffects) && HasUnwrittenEffects() && !await WriteAsync(now))
        {
            return;
        }

        foreach (var step in ready)
        {
            _run = RunTransition.Begin(_run, step.Id, now);
            _underWay.Add(step, _steps.TryAsync(_run, step, _interruption.Token));
        }

        Collect();
    }

    // Until a step ends, there is something else to do, or what has changed is to be stored.
    private async Task WaitAsync(TimeSpan? untilDue)
    {
        var untilWrite = WriteInterval - _time.GetElapsedTime(_writtenAt);
        if (IsChanged && untilWrite <= TimeSpan.Zero)
        {
            await TryWriteAsync();
            return;
        }

        if (_interruption.IsCancellationRequested)
        {
            await Task.WhenAll(_underWay.Values);
        }
        else
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_interruption.Token);
            var time = Task.Delay(Shorter(untilDue, IsChanged ? untilWrite : null), _time, over.Token);
            await Task.WhenAny([.. _underWay.Values, time]);
            await over.CancelAsync();
        }

        Collect();
    }

    private void Collect()
    {
        foreach (var (step, task) in _underWay.Where(step => step.Value.IsCompleted).ToArray())
        {
            _underWay.Remove(step);
            if (task.Result is not { } result)
            {
                continue;
            }

            var ended = RunTransition.End(_run, step, result, _time.GetUtcNow(), Random.Shared.NextDouble());
            _run = RunDocument.Fits(ended)
                ? ended
                : RunTransition.End(_run, step, new StepFailed("the results of this run are too large together"), _time.GetUtcNow(), random: 0);
        }

        if (_interruption.IsCancellationRequested && _underWay.Count == 0)
        {
            _run = RunTransition.Resume(_run);
        }
    }

    // Whether the run is stored as it is known here; else somebody else has changed it, and it has to be looked at anew.
    private async Task<bool> WriteAsync(DateTimeOffset dueAt)
    {
        if (!IsChanged)
        {
            return true;
        }

        _writtenAt = _time.GetTimestamp();
        if (await _store.TryReplaceAsync(_run, _stored.ETag, dueAt) is { } written)
        {
            _stored = written;
            return true;
        }

        if (await _store.FindAsync(_run.Workspace, _run.Id, CancellationToken.None) is { } theirs)
        {
            _stored = theirs;
            _run = RunTransition.Merge(_stored.Run, _run);
        }
        else
        {
            // It was ended elsewhere, and deleted.
            _isGone = true;
        }

        return false;
    }

    // Showing how far the run is must not end it.
    private async Task TryWriteAsync()
    {
        try
        {
            await WriteAsync(_time.GetUtcNow());
        }
        catch (Exception failure) when (StorageRetry.MayHaveLanded(failure))
        {
            _writtenAt = _time.GetTimestamp();
        }
    }

    private bool HasUnwrittenEffects() => _run.App.Steps.Any(step =>
        HasEffects(step) && _run.Steps[step.Id].Status == StepStatus.Completed && _stored.Run.Steps[step.Id].Status != StepStatus.Completed);

    // Others come out the same however often they are done.
    private static bool HasEffects(AppStep step) => step is not (TextStep or DelayStep);

    private static TimeSpan Shorter(TimeSpan? first, TimeSpan? second) =>
        first is null && second is null ? Timeout.InfiniteTimeSpan : first is null || second < first ? second!.Value : first.Value;
}

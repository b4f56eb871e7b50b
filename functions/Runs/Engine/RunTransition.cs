using Serverless.Runs.Apps;
using Serverless.Runs.Engine.Steps;
using Serverless.Texts;

namespace Serverless.Runs.Engine;

/// <summary>What happens to runs, as pure functions. None of them changes a run that has come to its end.</summary>
internal static class RunTransition
{
    private const int MaxReasonLength = 1000;

    // There are up to six of them for each step.
    private const int MaxReasonLengthOfTry = 200;

    /// <summary>Begins a run, if it has not begun.</summary>
    public static Run Start(Run run, DateTimeOffset now) => run.Status == RunStatus.Queued ? run with { Status = RunStatus.Running, StartedAt = now } : run;

    /// <summary>Begins a try of a step.</summary>
    public static Run Begin(Run run, string step, DateTimeOffset now)
    {
        var (attempt, before) = (run.Steps[step].Attempt + 1, run.Steps[step].LastTry);
        return run.With(step, new(StepStatus.Running) { Attempt = attempt, LastTry = new(attempt, now) { Before = before } });
    }

    /// <summary>Ends the try of a step that is under way; nothing else, if by now somebody else has settled that step.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The step.</param>
    /// <param name="result">What came of the try.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">From 0 to 1; spreads the time of the next try.</param>
    public static Run End(Run run, AppStep step, StepResult result, DateTimeOffset now, double random)
    {
        if (run.Steps[step.Id] is not { Status: StepStatus.Running, Attempt: var attempt } state)
        {
            return run;
        }

        var ended = state.LastTry is { } last ? last with { EndedAt = now, Error = ReasonOf(result) } : null;
        return run.With(step.Id, result switch
        {
            StepCompleted completed => new(StepStatus.Completed) { Attempt = attempt, LastTry = ended, Output = completed.Output },
            StepFailed { MayPass: true } failed when attempt <= step.Retries =>
                new(StepStatus.Waiting) { Attempt = attempt, LastTry = ended, DueAt = now + RetryWait.After(attempt, failed.RetryAfter, random) },
            StepFailed failed => new(StepStatus.Failed) { Attempt = attempt, LastTry = ended, Error = $"Step \"{step.Id}\" failed: {Shorten(failed.Reason, MaxReasonLength)}" },
            _ => throw new ArgumentException($"There is no result {result}.", nameof(result)),
        });
    }

    /// <summary>
    /// Takes a run over from a process that ended, or that gives it up: the steps that were under way there are to be done again, and the
    /// tries that nobody knows the end of do not count.
    /// </summary>
    public static Run Resume(Run run) => run.IsTerminal
        ? run
        : run.Steps
            .Where(step => step.Value.Status == StepStatus.Running)
            .Aggregate(run, (resumed, step) => resumed.With(step.Key, new(StepStatus.Pending) { Attempt = step.Value.Attempt - 1, LastTry = step.Value.LastTry?.Before }));

    /// <summary>Ends a run by its owner's will. Steps that are not done stay as they are.</summary>
    public static Run Cancel(Run run, DateTimeOffset now) =>
        run.IsTerminal ? run : run with { Status = RunStatus.Cancelled, CompletedAt = now };

    /// <summary>Ends a run that cannot go on.</summary>
    public static Run Abandon(Run run, string reason, DateTimeOffset now) =>
        run.IsTerminal ? run : run with { Status = RunStatus.Failed, ErrorMessage = Shorten(reason, MaxReasonLength), StartedAt = run.StartedAt ?? now, CompletedAt = now };

    /// <summary>
    /// Brings what was done here together with what somebody else has stored meanwhile: what is final stays so, a step that is under way here
    /// is still that, and otherwise the one who tried more often is right.
    /// </summary>
    /// <param name="theirs">The run as it is stored.</param>
    /// <param name="mine">The run as it is known here.</param>
    public static Run Merge(Run theirs, Run mine)
    {
        if (theirs.IsTerminal)
        {
            return theirs;
        }

        var merged = Resume(theirs) with { Status = RunStatus.Running, StartedAt = theirs.StartedAt ?? mine.StartedAt };
        foreach (var (step, state) in mine.Steps)
        {
            var their = merged.Steps[step];
            if (!their.IsFinal && (state.IsFinal || state.Status == StepStatus.Running || state.Attempt > their.Attempt))
            {
                merged = merged.With(step, state);
            }
        }

        return merged;
    }

    private static string? ReasonOf(StepResult result) => result is StepFailed failed ? Shorten(failed.Reason, MaxReasonLengthOfTry) : null;

    private static string Shorten(string reason, int maxLength) =>
        Characters.Exceed(reason, maxLength) ? Characters.Beginning(reason, maxLength) + "…" : reason;
}

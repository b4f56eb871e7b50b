using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine;

/// <summary>What is to be done next about a run.</summary>
/// <param name="Run">The run, with all that can be settled without doing any work.</param>
/// <param name="Ready">The steps to do now.</param>
/// <param name="NextDueAt">When there will be more to do, if none of them were; null for never.</param>
internal sealed record RunPlan(Run Run, IReadOnlyList<AppStep> Ready, DateTimeOffset? NextDueAt);

/// <summary>Decides what is to be done about runs of an app. Pure: the same run at the same time gives the same plan.</summary>
internal sealed class RunPlanner
{
    private readonly AppDefinition _app;
    private readonly Dictionary<string, IReadOnlyList<string>> _needs;

    /// <summary>The planner of an app.</summary>
    public RunPlanner(AppDefinition app)
    {
        _app = app;
        _needs = app.Steps.ToDictionary(step => step.Id, StepGraph.DependenciesOf, StringComparer.Ordinal);
    }

    /// <summary>Plans. A run that has come to its end is left as it is; one in which nothing is left to do comes to its end.</summary>
    /// <param name="run">The run. Its steps that are <see cref="StepStatus.Running"/> are taken to be under way.</param>
    /// <param name="now">The time.</param>
    public RunPlan Plan(Run run, DateTimeOffset now)
    {
        if (run.IsTerminal)
        {
            return new(run, [], null);
        }

        run = Settle(RunTransition.Start(run, now), now);
        AppStep[] ready = [.. _app.Steps.Where(step => IsReady(run, step, now))];
        var nextDueAt = _app.Steps.Select(step => run.Steps[step.Id]).Where(state => state.Status == StepStatus.Waiting).Min(state => state.DueAt);
        if (ready.Length > 0 || nextDueAt is not null || _app.Steps.Any(step => run.Steps[step.Id].Status == StepStatus.Running))
        {
            return new(run, ready, nextDueAt);
        }

        return new(Conclude(run, now), [], null);
    }

    // Begins and ends delays, and passes over what cannot be done any more, until that changes nothing.
    private Run Settle(Run run, DateTimeOffset now)
    {
        Run before;
        do
        {
            before = run;
            foreach (var step in _app.Steps)
            {
                run = Settle(run, step, now);
            }
        }
        while (!ReferenceEquals(before, run));
        return run;
    }

    private Run Settle(Run run, AppStep step, DateTimeOffset now)
    {
        var state = run.Steps[step.Id];
        if (state.Status == StepStatus.Pending && _needs[step.Id].Select(need => run.Steps[need].Error).FirstOrDefault(error => error is not null) is { } error)
        {
            return run.With(step.Id, new(StepStatus.Skipped) { Error = error });
        }

        return step switch
        {
            // A clock that was ahead when the wait began would make it as much too long.
            _ when state is { Status: StepStatus.Waiting, DueAt: { } dueAt } && dueAt - now > LongestWait(step) =>
                run.With(step.Id, state with { DueAt = now + LongestWait(step) }),
            DelayStep delay when state.Status == StepStatus.Pending && HasAllItNeeds(run, step) =>
                run.With(step.Id, new(StepStatus.Waiting) { Attempt = 1, LastTry = new(1, now), DueAt = now + delay.Duration }),
            DelayStep when state.Status == StepStatus.Waiting && state.DueAt <= now =>
                run.With(step.Id, new(StepStatus.Completed) { Attempt = 1, LastTry = state.LastTry is { } last ? last with { EndedAt = now } : null, Output = "" }),
            _ => run,
        };
    }

    private static TimeSpan LongestWait(AppStep step) => step is DelayStep delay ? delay.Duration : RetryWait.Longest;

    private bool IsReady(Run run, AppStep step, DateTimeOffset now) => run.Steps[step.Id] switch
    {
        { Status: StepStatus.Pending } => HasAllItNeeds(run, step),
        { Status: StepStatus.Waiting } state => state.DueAt <= now,
        _ => false,
    };

    private bool HasAllItNeeds(Run run, AppStep step) => _needs[step.Id].All(need => run.Steps[need].Status == StepStatus.Completed);

    private Run Conclude(Run run, DateTimeOffset now)
    {
        var states = _app.Steps.Select(step => run.Steps[step.Id]).ToArray();
        return !Array.TrueForAll(states, state => state.IsFinal) ? RunTransition.Abandon(run, "The steps that are left wait for one another", now)
            : Array.Find(states, state => state.Status == StepStatus.Failed) is { } failed ? RunTransition.Abandon(run, failed.Error!, now)
            : run with { Status = RunStatus.Completed, CompletedAt = now };
    }
}

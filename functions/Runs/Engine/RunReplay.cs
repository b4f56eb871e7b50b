using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine;

/// <summary>Makes runs of runs.</summary>
internal static class RunReplay
{
    /// <summary>A run like another: of the app as that run has it, with its inputs, reported to the same address.</summary>
    /// <param name="run">The other run.</param>
    /// <param name="id">The id of the new one.</param>
    /// <param name="isAnnounced">Whether the workspace has endpoints that are told of its end.</param>
    /// <param name="from">
    /// The step to begin with; null for all of them. It and all that wait for it are done anew, and so is what the other run has not done; all other results are taken over.
    /// </param>
    public static Run Of(Run run, RunId id, bool isAnnounced, string? from = null)
    {
        var replay = Run.Create(id, run.Workspace, run.App, run.Inputs) with
        {
            WebhookUrl = run.WebhookUrl,
            IsAnnounced = isAnnounced,
            Source = RunSource.Replay,
            ReplayOf = run.Id,
        };
        if (from is null)
        {
            return replay;
        }

        var anew = StepGraph.FromOn(run.App.Steps, from);
        return run.Steps
            .Where(step => step.Value.Status == StepStatus.Completed && !anew.Contains(step.Key))
            .Aggregate(replay, (next, step) => next.With(step.Key, new(StepStatus.Completed) { Output = step.Value.Output }));
    }
}

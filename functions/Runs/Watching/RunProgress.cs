using Serverless.Runs.Engine;

namespace Serverless.Runs.Watching;

/// <summary>How far runs are, compared.</summary>
internal static class RunProgress
{
    /// <summary>Whether a state of a run is a later one than another.</summary>
    public static bool IsFurtherThan(this Run run, Run other) => run.Measure().CompareTo(other.Measure()) > 0;

    // A run only ever goes on: to another status, into the row of those that wait, with more steps done, or with another try that has begun or ended.
    private static (bool IsTerminal, RunStatus Status, bool HasToWait, int Done, int Tries) Measure(this Run run) =>
        (run.IsTerminal, run.Status, run.HasToWait, run.Steps.Values.Count(step => step.IsFinal), run.Steps.Values.Sum(step => (2 * step.Attempt) + (step.Status == StepStatus.Waiting ? 1 : 0)));
}

using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine;

/// <summary>How far an output is.</summary>
internal enum OutputStatus
{
    /// <summary>Its step is not done.</summary>
    Pending,

    /// <summary>It is there.</summary>
    Completed,

    /// <summary>Its step failed, or could not be done.</summary>
    Error,

    /// <summary>The run was cancelled before its step was done.</summary>
    Cancelled,
}

/// <summary>An output of a run, as it follows from the steps.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Value">Its value; null unless it is there.</param>
/// <param name="Error">Why it is not; null unless that is sure.</param>
internal sealed record RunOutput(AppOutput Definition, OutputStatus Status, string? Value, string? Error)
{
    /// <summary>The outputs of a run, in the order of its app.</summary>
    public static IReadOnlyList<RunOutput> Of(Run run) => [.. run.App.Outputs.Select(output => Of(run, output))];

    private static RunOutput Of(Run run, AppOutput output)
    {
        var step = run.Steps[output.Step];
        return step.Status switch
        {
            StepStatus.Completed => new(output, OutputStatus.Completed, step.Output, null),
            StepStatus.Failed or StepStatus.Skipped => new(output, OutputStatus.Error, null, step.Error),
            _ when run.Status == RunStatus.Cancelled => new(output, OutputStatus.Cancelled, null, null),
            _ when run.Status == RunStatus.Failed => new(output, OutputStatus.Error, null, run.ErrorMessage),
            _ => new(output, OutputStatus.Pending, null, null),
        };
    }
}

using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine.Steps;

/// <summary>Does the steps of one kind. A failure it foresees is a <see cref="StepFailed"/>; what it throws is tried again.</summary>
internal interface IStepRunner
{
    /// <summary>The word for the kind in definitions.</summary>
    string Kind { get; }

    /// <summary>Tries a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="call">What it works on.</param>
    /// <param name="cancellationToken">Cancelled when its time is up, or nobody wants the result any more.</param>
    Task<StepResult> RunAsync(AppStep step, StepCall call, CancellationToken cancellationToken);
}

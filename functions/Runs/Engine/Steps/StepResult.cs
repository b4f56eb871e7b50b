namespace Serverless.Runs.Engine.Steps;

/// <summary>What came of a try of a step.</summary>
internal abstract record StepResult;

/// <summary>It is done.</summary>
/// <param name="Output">The result.</param>
internal sealed record StepCompleted(string Output) : StepResult;

/// <summary>It failed.</summary>
/// <param name="Reason">Why, as the end of a sentence.</param>
internal sealed record StepFailed(string Reason) : StepResult
{
    /// <summary>Whether another try may succeed.</summary>
    public bool MayPass { get; init; }

    /// <summary>How long to wait before it; null when nobody said.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

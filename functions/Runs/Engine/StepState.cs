namespace Serverless.Runs.Engine;

/// <summary>How far a step is.</summary>
internal enum StepStatus
{
    /// <summary>It has not begun.</summary>
    Pending,

    /// <summary>A try is under way.</summary>
    Running,

    /// <summary>It waits for a time: for the end of a delay, or for the next try.</summary>
    Waiting,

    /// <summary>It is done.</summary>
    Completed,

    /// <summary>It failed for good.</summary>
    Failed,

    /// <summary>It cannot be done, for a step it needs failed.</summary>
    Skipped,
}

/// <summary>The state of a step.</summary>
/// <param name="Status">How far it is.</param>
internal sealed record StepState(StepStatus Status)
{
    /// <summary>A step that has not begun.</summary>
    public static readonly StepState Pending = new(StepStatus.Pending);

    /// <summary>How many tries were begun.</summary>
    public int Attempt { get; init; }

    /// <summary>What it waits for; null unless it does.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Its result; null unless it is done.</summary>
    public string? Output { get; init; }

    /// <summary>Why it failed, or was skipped, in a sentence that names the step that failed; null unless it was.</summary>
    public string? Error { get; init; }

    /// <summary>Whether nothing of it changes any more.</summary>
    public bool IsFinal => Status is StepStatus.Completed or StepStatus.Failed or StepStatus.Skipped;
}

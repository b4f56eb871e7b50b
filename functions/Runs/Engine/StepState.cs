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

    /// <summary>The last of its tries whose times are known; null when there is none.</summary>
    public StepTry? LastTry { get; init; }

    /// <summary>Its tries whose times are known, the first one first.</summary>
    public IEnumerable<StepTry> Tries => LastTry?.AndBefore ?? [];

    /// <summary>Whether it is done because another run has done it.</summary>
    public bool IsTakenOver => Status == StepStatus.Completed && Attempt == 0;

    /// <summary>Whether nothing of it changes any more.</summary>
    public bool IsFinal => Status is StepStatus.Completed or StepStatus.Failed or StepStatus.Skipped;
}

/// <summary>A try of a step. Each knows the one before, so that states are equal when all in them is.</summary>
/// <param name="Number">Which try, from 1.</param>
/// <param name="BeganAt">When it began.</param>
internal sealed record StepTry(int Number, DateTimeOffset BeganAt)
{
    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public string? Error { get; init; }

    /// <summary>The try before; null when none is known.</summary>
    public StepTry? Before { get; init; }

    /// <summary>All tries up to this one, the first one first.</summary>
    public IEnumerable<StepTry> AndBefore => (Before?.AndBefore ?? []).Append(this);
}

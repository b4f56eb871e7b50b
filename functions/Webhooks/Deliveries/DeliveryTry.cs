namespace Serverless.Webhooks.Deliveries;

/// <summary>What came of a try to deliver a message.</summary>
internal enum TryOutcome
{
    /// <summary>It is under way; or a process died over it, and it may or may not have left.</summary>
    Unknown,

    /// <summary>The receiver has taken it.</summary>
    Delivered,

    /// <summary>The receiver has not.</summary>
    Failed,
}

/// <summary>A try to deliver a message. It is written down before its request leaves, and again once its end is known.</summary>
/// <param name="Attempt">Which try, from 1.</param>
/// <param name="At">When it began.</param>
internal sealed record DeliveryTry(int Attempt, DateTimeOffset At)
{
    /// <summary>From 1; more for a try that takes the place of one that a process died over.</summary>
    public int Repetition { get; init; } = 1;

    /// <summary>The id of the queue message that it was begun for; null in rows of earlier versions.</summary>
    public string? MessageId { get; init; }

    /// <summary>How long it took, to the millisecond; null while its end is not known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The status of the answer; null when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The beginning of the answer as text; null when there was none, or nothing in it.</summary>
    public string? Answer { get; init; }

    /// <summary>When the next try is due; null when there is none.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>What came of it.</summary>
    public TryOutcome Outcome => Duration is null ? TryOutcome.Unknown : Error is null ? TryOutcome.Delivered : TryOutcome.Failed;
}

namespace Serverless.Runs.Webhooks;

/// <summary>A try to deliver a webhook.</summary>
/// <param name="Attempt">Which try, from 1.</param>
/// <param name="At">When it began.</param>
/// <param name="Duration">How long it took, to the millisecond.</param>
/// <param name="Status">The status of the answer; null when there was none.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="NextAt">When the next try is due; null when there is none.</param>
internal sealed record Delivery(int Attempt, DateTimeOffset At, TimeSpan Duration, int? Status, string? Error, DateTimeOffset? NextAt)
{
    /// <summary>Whether the receiver has taken it.</summary>
    public bool IsDelivered => Error is null;
}

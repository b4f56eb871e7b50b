namespace Serverless.Admission;

/// <summary>
/// Permits that refill steadily: all of them at once, then as many in every period. The state is one time, at which the bucket
/// will be full again (the generic cell rate algorithm).
/// </summary>
/// <param name="Column">The column that keeps its state.</param>
/// <param name="Permits">The permits of a full bucket, and of one period.</param>
/// <param name="Period">How long an empty bucket takes to fill.</param>
public sealed record TokenBucket(string Column, long Permits, TimeSpan Period) : Limit(Column, Permits)
{
    // Rounded up: in doubt the bucket fills a little slower, never faster.
    private long TicksPerPermit => (Period.Ticks + Permits - 1) / Permits;

    private long Capacity => TicksPerPermit * Permits;

    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        var full = FullAt(state, now);
        var next = full + (cost * TicksPerPermit);
        var missing = next - now.UtcTicks - Capacity;
        return missing <= 0
            ? new(true, cost == 0 ? state : next, Remaining(next, now), TimeSpan.Zero, At(next))
            : new(false, state, Remaining(full, now), TimeSpan.FromTicks(missing), At(full));
    }

    /// <inheritdoc/>
    public override object Refund(object? state, DateTimeOffset now, long cost) => FullAt(state, now) - (cost * TicksPerPermit);

    // Never further away than an empty bucket: else a clock that was ahead, or a plan that was smaller, would lock callers out.
    private long FullAt(object? state, DateTimeOffset now) => Math.Clamp(state as long? ?? 0, now.UtcTicks, now.UtcTicks + Capacity);

    private long Remaining(long full, DateTimeOffset now) => (now.UtcTicks + Capacity - full) / TicksPerPermit;

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}

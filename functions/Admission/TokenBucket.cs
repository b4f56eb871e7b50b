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
    public override TimeSpan? RateWindow => Period;

    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        var full = FullAt(state, now);
        if (cost == 0)
        {
            return new(true, state, Remaining(full, now), TimeSpan.Zero, At(full), now);
        }

        var next = full + (cost * TicksPerPermit);
        var missing = next - now.UtcTicks - Capacity;
        return missing <= 0
            ? new(true, next, Remaining(next, now), TimeSpan.Zero, At(next), now)
            : new(false, state, Remaining(full, now), TimeSpan.FromTicks(missing), At(full), now);
    }

    /// <inheritdoc/>
    public override object? Refund(object? state, DateTimeOffset now, long cost, Decision taken)
    {
        // What may have flowed in since, because they were missing, has made good for them already.
        var owed = Math.Max(0, (cost * TicksPerPermit) - Math.Max(0, (now - taken.At).Ticks));
        return owed == 0 ? state : FullAt(state, now) - owed;
    }

    private long FullAt(object? state, DateTimeOffset now)
    {
        var full = Math.Max(state as long? ?? 0, now.UtcTicks);
        return full - now.UtcTicks <= Capacity + ClockSkew.Longest.Ticks ? full : now.UtcTicks;
    }

    private long Remaining(long full, DateTimeOffset now) => Math.Max(0, (now.UtcTicks + Capacity - full) / TicksPerPermit);

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}

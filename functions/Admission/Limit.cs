namespace Serverless.Admission;

/// <summary>
/// A limit as a pure function: of the state kept in a column, the time and the cost of a request, it makes a decision and the next
/// state. It does no I/O and knows no clock.
/// </summary>
/// <param name="Column">The column that keeps its state.</param>
/// <param name="Permits">How many permits it grants; at least 1.</param>
public abstract record Limit(string Column, long Permits)
{
    /// <summary>The time in which that many are granted; null for a limit that is not one of rate.</summary>
    public virtual TimeSpan? RateWindow => null;

    /// <summary>Decides about a request.</summary>
    /// <param name="state">What the column holds; null at first.</param>
    /// <param name="now">The time.</param>
    /// <param name="cost">The permits the request takes; 0 only looks, and is never refused.</param>
    public abstract Decision Decide(object? state, DateTimeOffset now, long cost);

    /// <summary>Gives back permits that were taken for work that came to nothing.</summary>
    /// <param name="state">What the column holds.</param>
    /// <param name="now">The time.</param>
    /// <param name="cost">The permits to give back.</param>
    /// <param name="taken">The decision with which they were taken: what is available again by itself is not given twice.</param>
    /// <returns>The next state.</returns>
    public abstract object? Refund(object? state, DateTimeOffset now, long cost, Decision taken);
}

/// <summary>What a limit says to a request.</summary>
/// <param name="IsAdmitted">Whether the permits were granted.</param>
/// <param name="State">The state to keep: the old one when they were not.</param>
/// <param name="Remaining">The permits left afterwards; never negative.</param>
/// <param name="RetryAfter">How long to wait before the same request is granted, if nobody else asks; zero when it was.</param>
/// <param name="ResetAt">When all permits are available again, if nobody asks.</param>
/// <param name="At">When it was made, by the clock it was made with.</param>
public readonly record struct Decision(bool IsAdmitted, object? State, long Remaining, TimeSpan RetryAfter, DateTimeOffset ResetAt, DateTimeOffset At);

namespace Serverless.Admission;

/// <summary>Refuses nothing, and keeps the time of the last use. The state is that time.</summary>
/// <param name="Column">The column that keeps its state.</param>
public sealed record LastUse(string Column) : Limit(Column, long.MaxValue)
{
    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost) =>
        new(true, cost == 0 ? state : Latest(state, now), Permits, TimeSpan.Zero, now, now);

    /// <inheritdoc/>
    // It was used, whatever came of it.
    public override object? Refund(object? state, DateTimeOffset now, long cost, Decision taken) => state;

    // A clock that is behind does not take back what one ahead has written; a time further ahead than clocks differ was never there.
    private static DateTimeOffset Latest(object? state, DateTimeOffset now) =>
        state is DateTimeOffset last && last > now && last <= now + ClockSkew.Longest ? last : now;
}

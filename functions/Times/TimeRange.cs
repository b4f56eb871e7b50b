namespace Serverless.Times;

/// <summary>A range of times, both ends included, in ticks of 100 ns, UTC.</summary>
public readonly record struct TimeRange(long From, long To)
{
    /// <summary>Whether a time lies in the range.</summary>
    public bool Contains(long ticks) => ticks >= From && ticks <= To;
}

namespace Serverless.Runs.Engine;

/// <summary>How long to wait before a step is tried again.</summary>
internal static class RetryWait
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A second after the first try, and twice as long after each further one; up to half as long again, so that runs that failed together
    /// do not come back together.
    /// </summary>
    /// <param name="attempt">How many tries there were.</param>
    /// <param name="asked">How long whoever refused asked to wait; null when they did not say.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(int attempt, TimeSpan? asked, double random)
    {
        var wait = First * Math.Pow(2, Math.Clamp(attempt - 1, 0, 16));
        wait = (asked > wait ? asked.Value : wait) * (1 + (random / 2));
        return wait < Longest ? wait : Longest;
    }
}

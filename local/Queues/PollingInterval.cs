namespace Serverless.Local.Queues;

/// <summary>How long to leave an empty queue alone: longer each time, at random so that hosts do not poll in step.</summary>
internal static class PollingInterval
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    /// <param name="emptyPolls">How many polls in a row found nothing, this one included.</param>
    /// <param name="longest">The longest pause.</param>
    /// <param name="random">From 0 to 1; spreads the growth by a fifth to either side.</param>
    public static TimeSpan After(int emptyPolls, TimeSpan longest, double random)
    {
        var growth = (Math.Pow(2, Math.Min(emptyPolls, 32) - 1) - 1) * (0.8 + (0.4 * random));
        var pause = Shortest * (1 + growth);
        return pause < longest ? pause : longest;
    }
}

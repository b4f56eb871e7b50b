namespace Serverless.Storage;

/// <summary>How long a message is put off while storage cannot be reached.</summary>
internal static class OutagePause
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>
    /// As long as the message is late already, so that the pauses double: at first 5 seconds, in the end 5 minutes; and up to a quarter more, so
    /// that messages that failed together do not come back together. In whole seconds: a queue takes no others.
    /// </summary>
    /// <param name="late">For how long the message has been due.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(TimeSpan late, double random)
    {
        var seconds = Math.Clamp(late.TotalSeconds, Shortest.TotalSeconds, Longest.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Floor(seconds * (1 + (random / 4))));
    }
}

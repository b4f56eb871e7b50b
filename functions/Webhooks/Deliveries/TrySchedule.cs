namespace Serverless.Webhooks.Deliveries;

/// <summary>When a message that was not taken is tried again.</summary>
internal static class TrySchedule
{
    /// <summary>410: the receiver wants nothing more, ever.</summary>
    public const int Gone = 410;

    // The first ones are documented to the second.
    private const int ExactPauses = 3;
    private const double Spread = 0.1;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(10),
    ];

    /// <summary>How many tries there are.</summary>
    public static int MaxTries => Pauses.Length + 1;

    /// <summary>When the next try is due after one that has failed; null for never.</summary>
    /// <param name="attempt">Which try has failed, from 1.</param>
    /// <param name="status">What the receiver answered; null when it did not.</param>
    /// <param name="retryAfter">How long it asked to be left alone; null when it did not.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">From 0 to 1: spreads the later tries, so that what failed together does not come back together.</param>
    public static DateTimeOffset? NextAt(int attempt, int? status, TimeSpan? retryAfter, DateTimeOffset now, double random)
    {
        if (attempt >= MaxTries || status == Gone)
        {
            return null;
        }

        var pause = Pauses[attempt - 1] * (attempt <= ExactPauses ? 1 : 1 + (Spread * ((2 * random) - 1)));
        var asked = retryAfter < LongestRetryAfter ? retryAfter.Value : retryAfter is null ? TimeSpan.Zero : LongestRetryAfter;
        return now + (asked > pause ? asked : pause);
    }
}

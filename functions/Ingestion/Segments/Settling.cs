namespace Serverless.Ingestion.Segments;

/// <summary>
/// How long an hour is left alone after it is over: chunks of it trickle in for a while. Readers that ask for later hours only need not look for segments;
/// a quarter of an hour lies between, for clocks that do not agree.
/// </summary>
internal static class Settling
{
    private static readonly TimeSpan ForUpkeep = TimeSpan.FromMinutes(75);
    private static readonly TimeSpan ForReaders = TimeSpan.FromMinutes(60);

    /// <summary>The first hour that is left alone, counted from the year 1.</summary>
    public static long FirstOpenHour(DateTimeOffset now) => (now - ForUpkeep).UtcTicks / TimeSpan.TicksPerHour;

    /// <summary>Whether nothing from a time on is in segments.</summary>
    /// <param name="from">The time, in ticks, UTC.</param>
    /// <param name="now">The present.</param>
    public static bool IsOpen(long from, DateTimeOffset now) => from / TimeSpan.TicksPerHour >= (now - ForReaders).UtcTicks / TimeSpan.TicksPerHour;
}

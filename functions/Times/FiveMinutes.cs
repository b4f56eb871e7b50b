namespace Serverless.Times;

/// <summary>Whole five minutes of UTC, each known by its number: how many there were before it since the beginning of the year 1.</summary>
internal static class FiveMinutes
{
    /// <summary>How many an hour has.</summary>
    public const int PerHour = 12;

    /// <summary>How many minutes they are.</summary>
    public const int Minutes = 5;

    private const long Ticks = Minutes * TimeSpan.TicksPerMinute;

    /// <summary>How long they are.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromTicks(Ticks);

    /// <summary>The five minutes that a time lies in.</summary>
    /// <param name="ticks">The time in ticks, UTC.</param>
    public static long Of(long ticks) => ticks / Ticks;

    /// <summary>When they begin, which is when those before them end.</summary>
    public static DateTimeOffset Start(long number) => new(number * Ticks, TimeSpan.Zero);

    /// <summary>The times from the beginning of the first to the end of the last.</summary>
    public static TimeRange Between(long first, long last) => new(first * Ticks, ((last + 1) * Ticks) - 1);
}

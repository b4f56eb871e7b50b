using Serverless.Times;

namespace Serverless.Traces.Figures;

/// <summary>Hours of UTC, each known by its number: whole hours since the beginning of the year 1, which was a Monday.</summary>
internal static class HourNumber
{
    /// <summary>The hours of a day.</summary>
    public const int PerDay = 24;

    /// <summary>The hours of a week.</summary>
    public const int PerWeek = 7 * PerDay;

    /// <summary>The hour a time lies in.</summary>
    /// <param name="ticks">The time in ticks, UTC.</param>
    public static long Of(long ticks) => ticks / TimeSpan.TicksPerHour;

    /// <summary>The number of the day that an hour lies in.</summary>
    public static long DayOf(long hour) => hour / PerDay;

    /// <summary>When an hour begins.</summary>
    public static DateTime Start(long hour) => new(hour * TimeSpan.TicksPerHour, DateTimeKind.Utc);
}

/// <summary>The hours a report is about. Figures are kept by the hour, so each counts as a whole.</summary>
/// <param name="First">The number of the first hour.</param>
/// <param name="Last">The number of the last hour, included.</param>
internal readonly record struct HourRange(long First, long Last)
{
    /// <summary>All hours of the range, the oldest first.</summary>
    public IEnumerable<long> Hours
    {
        get
        {
            for (var hour = First; hour <= Last; hour++)
            {
                yield return hour;
            }
        }
    }

    /// <summary>The numbers of all days that these hours lie in, the oldest first.</summary>
    public IEnumerable<long> Days => Hours.Select(HourNumber.DayOf).Distinct();

    /// <summary>The times of these hours.</summary>
    public TimeRange Times => new(First * TimeSpan.TicksPerHour, ((Last + 1) * TimeSpan.TicksPerHour) - 1);

    /// <summary>The hours that lie in a range of times, wholly or in part: also one that begins at its end, which is part of the range.</summary>
    public static HourRange Of(TimeRange range) => new(HourNumber.Of(range.From), HourNumber.Of(range.To));

    /// <summary>Whether an hour lies in the range.</summary>
    public bool Contains(long hour) => hour >= First && hour <= Last;
}

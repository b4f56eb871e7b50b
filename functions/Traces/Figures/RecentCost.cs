namespace Serverless.Traces.Figures;

/// <summary>What a project cost lately, and what this makes in a month.</summary>
/// <param name="hours">The figures of the hours of <see cref="Range"/>; others among them do not count.</param>
/// <param name="firstHour">The hour of the project's first event; null when it has none.</param>
/// <param name="now">The time.</param>
internal sealed class RecentCost(IReadOnlyList<HourFigures> hours, long? firstHour, DateTimeOffset now)
{
    private const int ForecastDays = 30;
    private const int ObservedHours = HourNumber.PerWeek;

    /// <summary>The cost since the first of the current month, UTC, in USD.</summary>
    public decimal MonthToDate => CostSince(MonthStart(now));

    /// <summary>
    /// What 30 days cost at the pace of the last seven, in USD: the cost of the current hour and the 167 before it, by the hours that
    /// have passed since the first of them began, times 720. When the project's first event is younger, its hour is the first; less
    /// than an hour counts as one.
    /// </summary>
    public decimal Forecast
    {
        get
        {
            var first = Math.Max(ObservedStart(now), firstHour ?? 0);
            var elapsed = decimal.Divide(now.UtcTicks - HourNumber.Start(first).Ticks, TimeSpan.TicksPerHour);
            return CostSince(first) / Math.Max(1, elapsed) * (ForecastDays * HourNumber.PerDay);
        }
    }

    /// <summary>The hours whose figures are needed: those of the month, and those of the last seven days.</summary>
    public static HourRange Range(DateTimeOffset now) => new(Math.Min(MonthStart(now), ObservedStart(now)), HourNumber.Of(now.UtcTicks));

    private static long MonthStart(DateTimeOffset now) =>
        HourNumber.Of(new DateTime(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    private static long ObservedStart(DateTimeOffset now) => HourNumber.Of(now.UtcTicks) - ObservedHours + 1;

    private decimal CostSince(long hour) => hours.In(new(hour, HourNumber.Of(now.UtcTicks))).Sum().Cost;
}

namespace Serverless.Traces.Figures;

/// <summary>
/// Hours that depart from what is usual. The cost, the average latency and the error rate of
/// each hour are compared with those at the same hour of the week in the 8 weeks before; while fewer than 4 of these have a
/// value, with those at the same hour of the day in the 14 days before; while fewer than 4 of these do, they are not judged.
/// Hours before the project's first event have no value. An anomaly lies at least 3.5 times the usual variation
/// (<see cref="Baseline"/>) from the median.
/// </summary>
internal sealed class AnomalyReport
{
    private const int Weeks = 8;
    private const int Days = 14;
    private const int MinBaselineHours = 4;
    private const decimal MinDeviation = 3.5m;

    private static readonly EventFigures Nothing = new();

    /// <summary>How hours are judged, in words.</summary>
    public static string InWords { get; } =
        $"The cost, the average latency and the rate of errors of each hour are compared with those of the same hour of the week in the {Weeks} weeks before. "
        + $"While fewer than {MinBaselineHours} of these have a value, they are compared with the same hour of the day in the {Days} days before. "
        + $"Hours with fewer than {AnomalyMetric.MinRequests} requests are judged by their cost alone.";

    private readonly IReadOnlyDictionary<long, EventFigures> _sums;
    private readonly long _firstHour;
    private readonly long _currentHour;

    /// <summary>Judges the hours of a range, from the project's first event until now.</summary>
    /// <param name="hours">The figures of the hours that <see cref="Needs"/> names.</param>
    /// <param name="range">The hours to judge.</param>
    /// <param name="firstHour">The hour of the project's first event; null when it has none.</param>
    /// <param name="now">The time. The hour it lies in is not over: its cost cannot be too low as yet.</param>
    public AnomalyReport(IReadOnlyList<HourFigures> hours, HourRange range, long? firstHour, DateTimeOffset now)
    {
        _sums = hours.In(Needs(range)).SumByHour();
        _currentHour = HourNumber.Of(now.UtcTicks);
        _firstHour = firstHour ?? _currentHour + 1;
        var judged = new HourRange(Math.Max(range.First, _firstHour), Math.Min(range.Last, _currentHour));
        HoursWithoutBaseline = judged.Hours.Count(hour => BaselineOf(hour, AnomalyMetric.Cost) is null);
        HoursChecked = judged.Hours.Count() - HoursWithoutBaseline;
        Anomalies = [.. judged.Hours.Reverse().SelectMany(hour => AnomalyMetric.All.Select(metric => Judge(hour, metric)).OfType<Anomaly>())];
    }

    /// <summary>The anomalies, the newest first.</summary>
    public IReadOnlyList<Anomaly> Anomalies { get; }

    /// <summary>How many hours could be judged, by their cost at least.</summary>
    public int HoursChecked { get; }

    /// <summary>How many hours could not be judged, because the project was too young.</summary>
    public int HoursWithoutBaseline { get; }

    /// <summary>The hours whose figures are needed to judge those of a range.</summary>
    public static HourRange Needs(HourRange range) => range with { First = range.First - (Weeks * HourNumber.PerWeek) };

    /// <summary>What is said of it.</summary>
    public AnomaliesAnswer ToAnswer() => new(Anomalies.Select(AnomalyAnswer.Of), HoursChecked, HoursWithoutBaseline);

    private Anomaly? Judge(long hour, AnomalyMetric metric)
    {
        if (ValueAt(hour, metric) is not { } value || BaselineOf(hour, metric) is not { } baseline)
        {
            return null;
        }

        var anomaly = new Anomaly(hour, metric, value, baseline);
        var isUnfinished = hour == _currentHour && metric == AnomalyMetric.Cost && anomaly.Deviation < 0;
        return Math.Abs(anomaly.Deviation) >= MinDeviation && !isUnfinished ? anomaly : null;
    }

    private Baseline? BaselineOf(long hour, AnomalyMetric metric) =>
        BaselineOf(hour, metric, HourNumber.PerWeek, Weeks) ?? BaselineOf(hour, metric, HourNumber.PerDay, Days);

    private Baseline? BaselineOf(long hour, AnomalyMetric metric, int distance, int count)
    {
        var values = Enumerable.Range(1, count).Select(step => ValueAt(hour - (step * distance), metric)).OfType<decimal>().ToList();
        return values.Count >= MinBaselineHours ? Baseline.Of(values, metric.Floor) : null;
    }

    private decimal? ValueAt(long hour, AnomalyMetric metric) =>
        hour >= _firstHour ? metric.ValueOf(_sums.GetValueOrDefault(hour, Nothing)) : null;
}

using System.Text.Json;

namespace Serverless.Traces.Figures;

/// <summary>
/// Hours that depart from what is usual: the answer of <c>GET /v1/ai/anomalies</c>. The cost, the average latency and the error rate of
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
    private const int DeviationDigits = 3;

    private static readonly EventFigures Nothing = new();

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

    /// <summary>Writes the answer: costs in USD, times in ms with 3 digits of fraction, rates with 6, deviations with 3.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("anomalies");
        foreach (var anomaly in Anomalies)
        {
            var (metric, baseline) = (anomaly.Metric, anomaly.Baseline);
            writer.WriteStartObject();
            writer.WriteString("hour", HourNumber.Start(anomaly.Hour));
            writer.WriteString("metric", metric.Name);
            writer.WriteDecimal("value", anomaly.Value, metric.FractionDigits);
            writer.WriteDecimal("expected", baseline.Median, metric.FractionDigits);
            writer.WriteDecimal("deviation", anomaly.Deviation, DeviationDigits);
            writer.WriteString("direction", anomaly.Deviation > 0 ? "high" : "low");
            writer.WriteNumber("baselineHours", baseline.Hours);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("hoursChecked", HoursChecked);
        writer.WriteNumber("hoursWithoutBaseline", HoursWithoutBaseline);
        writer.WriteEndObject();
    }

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

using System.ComponentModel;

namespace Serverless.Traces.Figures;

/// <summary>A figure of an hour that is not what it usually is.</summary>
/// <param name="Hour">The <see cref="HourNumber"/>.</param>
/// <param name="Metric">Which figure.</param>
/// <param name="Value">What it is.</param>
/// <param name="Baseline">What it usually is.</param>
internal sealed record Anomaly(long Hour, AnomalyMetric Metric, decimal Value, Baseline Baseline)
{
    /// <summary>How far from usual it is, in units of what it usually varies by; below 0 when it is lower.</summary>
    public decimal Deviation => Baseline.Deviation(Value);
}

/// <summary>Hours that depart from what is usual: the answer of <c>GET /v1/ai/anomalies</c>.</summary>
internal sealed record AnomaliesAnswer(
    [property: Description("The anomalies, the newest first.")] IEnumerable<AnomalyAnswer> Anomalies,
    [property: Description("How many hours were judged, by their cost at least.")] int HoursChecked,
    [property: Description("How many hours could not be judged, because the project was too young.")] int HoursWithoutBaseline);

/// <summary>A figure of an hour that is not what it usually is.</summary>
internal sealed record AnomalyAnswer(
    [property: Description("When the hour begins.")] DateTime Hour,
    [property: Description("Which figure: `cost` in US dollars, `latency` on average in milliseconds, or `error_rate` from 0 to 1.")] string Metric,
    [property: Description("What it is.")] decimal Value,
    [property: Description("What it usually is.")] decimal Expected,
    [property: Description("How far that is, in units of what the figure usually varies by; below 0 when it is lower.")] decimal Deviation,
    [property: Description("`high` or `low`.")] string Direction,
    [property: Description("How many hours it was compared with.")] int BaselineHours)
{
    private const int DeviationDigits = 3;

    /// <summary>That of an anomaly.</summary>
    public static AnomalyAnswer Of(Anomaly anomaly)
    {
        var (metric, baseline) = (anomaly.Metric, anomaly.Baseline);
        return new(
            HourNumber.Start(anomaly.Hour),
            metric.Name,
            FigureNumbers.Rounded(anomaly.Value, metric.FractionDigits),
            FigureNumbers.Rounded(baseline.Median, metric.FractionDigits),
            FigureNumbers.Rounded(anomaly.Deviation, DeviationDigits),
            anomaly.Deviation > 0 ? "high" : "low",
            baseline.Hours);
    }
}

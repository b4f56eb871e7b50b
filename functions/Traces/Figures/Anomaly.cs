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

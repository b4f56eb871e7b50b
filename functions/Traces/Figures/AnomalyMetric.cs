namespace Serverless.Traces.Figures;

/// <summary>A figure of an hour that is watched for anomalies.</summary>
/// <param name="Name">Its name in answers.</param>
/// <param name="Floor">The least that its usual variation counts as.</param>
/// <param name="FractionDigits">The digits of fraction it is shown with.</param>
/// <param name="ValueOf">Its value in an hour; null when the hour says too little of it, and is neither judged nor part of a baseline.</param>
internal sealed record AnomalyMetric(string Name, decimal Floor, int FractionDigits, Func<EventFigures, decimal?> ValueOf)
{
    /// <summary>The fewest requests of an hour that say something of its latency and its errors.</summary>
    public const int MinRequests = 10;

    /// <summary>The cost in USD. Every hour counts, those without events too.</summary>
    public static AnomalyMetric Cost { get; } = new("cost", 0.01m, FigureNumbers.MoneyDigits, static figures => figures.Cost);

    /// <summary>All of them: the cost; of hours with at least 10 requests, the average latency in ms and the rate of errors, 0 to 1.</summary>
    public static IReadOnlyList<AnomalyMetric> All { get; } =
    [
        Cost,
        new("latency", 50, FigureNumbers.TimeDigits, static figures => figures.Requests >= MinRequests ? figures.AverageLatency : null),
        new("error_rate", 0.02m, FigureNumbers.RateDigits, static figures => figures.Requests >= MinRequests ? figures.ErrorRate : null),
    ];
}

using Serverless.Traces.Figures;

namespace Serverless.Alerts;

/// <summary>What an alert measures of a window.</summary>
/// <param name="Name">Its name in definitions.</param>
/// <param name="MaxThreshold">The most that it is compared with.</param>
/// <param name="ValueOf">Its value, by the counts of the five minutes of a window; null when these say nothing of it.</param>
/// <param name="AmountOf">What is remembered of events beside their number.</param>
internal sealed record AlertMetric(string Name, double MaxThreshold, Func<IReadOnlyList<WindowPart>, decimal?> ValueOf, Func<EventFigures, decimal> AmountOf)
{
    private const double MostOfAll = 1e12;
    private const double Percentile = 0.95;

    /// <summary>How many entries of logs match.</summary>
    public static AlertMetric LogCount { get; } = Counted("log_count");

    /// <summary>The share of events that failed, 0 to 1: of none there is no share.</summary>
    public static AlertMetric ErrorRate { get; } = new(
        "error_rate",
        1,
        static parts => Count(parts) is > 0 and var requests ? FigureNumbers.Rate(Amount(parts) / requests) : null,
        static figures => figures.Errors);

    /// <summary>What events cost in US dollars, as far as that is known.</summary>
    public static AlertMetric Cost { get; } = new("cost_usd", MostOfAll, static parts => FigureNumbers.Money(Amount(parts)), static figures => figures.Cost);

    /// <summary>The latency in milliseconds that 95 % of events do not exceed, within 1 %: of none there is none.</summary>
    public static AlertMetric Latency { get; } = new("latency_ms", MostOfAll, LatencyOf, static _ => 0);

    /// <summary>The tokens sent and received.</summary>
    public static AlertMetric Tokens { get; } = new("token_count", MostOfAll, static parts => Amount(parts), static figures => figures.InputTokens + figures.OutputTokens);

    /// <summary>How many events there are.</summary>
    public static AlertMetric Requests { get; } = Counted("request_count");

    /// <summary>Those of events.</summary>
    public static IReadOnlyList<AlertMetric> OfEvents { get; } = [ErrorRate, Cost, Latency, Tokens, Requests];

    /// <summary>The metric of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static AlertMetric Of(string name) =>
        OfEvents.Prepend(LogCount).FirstOrDefault(metric => metric.Name == name) ?? throw new FormatException($"There is no metric \"{name}\".");

    /// <summary>What is remembered of five minutes of events.</summary>
    /// <param name="number">The number of the five minutes.</param>
    /// <param name="figures">The figures of their events.</param>
    public WindowPart PartOf(long number, EventFigures figures) =>
        new(number, figures.Requests, AmountOf(figures), this == Latency ? figures.Latencies : null);

    private static AlertMetric Counted(string name) => new(name, MostOfAll, static parts => Count(parts), static _ => 0);

    private static decimal? LatencyOf(IReadOnlyList<WindowPart> parts)
    {
        if (Count(parts) == 0)
        {
            return null;
        }

        var latencies = new LatencySketch();
        foreach (var part in parts)
        {
            latencies.Merge(part.Latencies ?? new());
        }

        return FigureNumbers.Time((decimal)latencies.Quantile(Percentile));
    }

    private static long Count(IReadOnlyList<WindowPart> parts) => parts.Sum(part => part.Count);

    private static decimal Amount(IReadOnlyList<WindowPart> parts) => parts.Sum(part => part.Amount);
}

/// <summary>What five minutes hold of what an alert is about. They are counted once, when they are two minutes past, and remembered as long as a window may need them.</summary>
/// <param name="Number">The number of the five minutes.</param>
/// <param name="Count">How many entries or events.</param>
/// <param name="Amount">What else the metric adds up of them.</param>
/// <param name="Latencies">How long they took; null where that does not matter.</param>
internal sealed record WindowPart(long Number, long Count, decimal Amount = 0, LatencySketch? Latencies = null);

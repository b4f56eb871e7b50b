using System.ComponentModel;

namespace Serverless.Traces.Figures;

/// <summary>How fast a project's calls are: the answer of <c>GET /v1/performance</c>.</summary>
internal sealed record PerformanceReport(
    [property: Description("How long all requests took, in milliseconds.")] LatencyPercentiles Latency,
    [property: Description("How long the first token took on average, in milliseconds, of the requests that say so.")] decimal AvgTtft,
    [property: Description("The tokens received in a second.")] decimal TokensPerSecond,
    [property: Description("The share of requests that timed out, from 0 to 1.")] decimal TimeoutRate,
    [property: Description("Every model, the busiest first.")] IEnumerable<ModelPerformance> ByModel,
    [property: Description("Every hour of up to 48, or else every day, the oldest first, also those without requests.")] IEnumerable<PerformanceStep> Timeline)
{
    private const int MostHours = 48;

    /// <summary>Makes the report.</summary>
    /// <param name="hours">The figures of the hours of the range; others among them do not count.</param>
    /// <param name="range">The hours shown.</param>
    public static PerformanceReport Of(IReadOnlyList<HourFigures> hours, HourRange range)
    {
        var counted = hours.In(range).ToList();
        var sum = counted.Sum();
        return new(
            LatencyPercentiles.Of(sum.Latencies),
            FigureNumbers.Time(sum.AverageTtft),
            FigureNumbers.Time(sum.TokensPerSecond),
            FigureNumbers.Rate(sum.TimeoutRate),
            counted.SumByModel()
                .OrderByDescending(model => model.Figures.Requests)
                .ThenBy(model => model.Model, StringComparer.Ordinal)
                .Select(ModelPerformance.Of),
            TimelineOf(counted, range));
    }

    private static IEnumerable<PerformanceStep> TimelineOf(IReadOnlyList<HourFigures> hours, HourRange range)
    {
        var length = range.Last - range.First < MostHours ? 1 : HourNumber.PerDay;
        var steps = hours.ToLookup(figures => figures.Hour / length);
        return range.Hours.Select(hour => hour / length).Distinct().Select(step => PerformanceStep.Of(step * length, steps[step].Sum()));
    }
}

/// <summary>How fast calls were for a while.</summary>
internal sealed record PerformanceStep(
    [property: Description("When it begins.")] DateTime Start,
    [property: Description("How many requests there were.")] long Requests,
    [property: Description("How many of them failed: `error`, `timeout` and `rate_limited`.")] long Errors,
    [property: Description("The tokens sent.")] long InputTokens,
    [property: Description("The tokens received.")] long OutputTokens,
    [property: Description("How long they took, in milliseconds.")] LatencyPercentiles Latency)
{
    /// <summary>That of some figures.</summary>
    /// <param name="hour">The number of the first hour.</param>
    /// <param name="sum">The figures.</param>
    public static PerformanceStep Of(long hour, EventFigures sum) =>
        new(HourNumber.Start(hour), sum.Requests, sum.Errors, sum.InputTokens, sum.OutputTokens, LatencyPercentiles.Of(sum.Latencies));
}

/// <summary>How fast a model's calls are.</summary>
internal sealed record ModelPerformance(
    [property: Description("The model.")] string Model,
    [property: Description("How many requests it had.")] long Requests,
    [property: Description("How long they took, in milliseconds.")] LatencyPercentiles Latency,
    [property: Description("How long one took on average, in milliseconds.")] decimal AvgLatency,
    [property: Description("How long the first token took on average, in milliseconds, of the requests that say so.")] decimal AvgTtft,
    [property: Description("The tokens received in a second.")] decimal TokensPerSecond,
    [property: Description("The share of requests that timed out, from 0 to 1.")] decimal TimeoutRate,
    [property: Description("The share of requests that failed, from 0 to 1: `error`, `timeout` and `rate_limited`.")] decimal ErrorRate)
{
    /// <summary>That of some figures.</summary>
    public static ModelPerformance Of(ModelFigures model)
    {
        var sum = model.Figures;
        return new(
            model.Model,
            sum.Requests,
            LatencyPercentiles.Of(sum.Latencies),
            FigureNumbers.Time(sum.AverageLatency),
            FigureNumbers.Time(sum.AverageTtft),
            FigureNumbers.Time(sum.TokensPerSecond),
            FigureNumbers.Rate(sum.TimeoutRate),
            FigureNumbers.Rate(sum.ErrorRate));
    }
}

/// <summary>Latencies that shares of all requests do not exceed, in milliseconds, within 1 %.</summary>
internal sealed record LatencyPercentiles(
    [property: Description("What half of them do not exceed.")] decimal P50,
    [property: Description("What 90 % of them do not exceed.")] decimal P90,
    [property: Description("What 95 % of them do not exceed.")] decimal P95,
    [property: Description("What 99 % of them do not exceed.")] decimal P99)
{
    /// <summary>Those of a distribution.</summary>
    public static LatencyPercentiles Of(LatencySketch latencies)
    {
        return new(At(0.5), At(0.9), At(0.95), At(0.99));

        decimal At(double share) => FigureNumbers.Time((decimal)latencies.Quantile(share));
    }
}

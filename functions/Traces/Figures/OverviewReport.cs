using System.ComponentModel;

namespace Serverless.Traces.Figures;

/// <summary>A project at a glance: the answer of <c>GET /v1/projects/{id}/overview</c>.</summary>
internal sealed record OverviewReport(
    [property: Description("All requests together.")] KeyFigures Kpis,
    [property: Description("Every hour, the oldest first, also those without requests.")] IEnumerable<HourOverview> Timeline,
    [property: Description("The models that cost most, ten at most, the dearest first.")] IEnumerable<ModelOverview> TopModels,
    [property: Description("The latest requests that failed, ten at most, the newest first.")] IEnumerable<RecentError> RecentErrors)
{
    /// <summary>The most errors that are shown.</summary>
    public const int MaxRecentErrors = 10;

    private const int MaxTopModels = 10;

    /// <summary>Makes the report.</summary>
    /// <param name="hours">The figures of the hours of the range; others among them do not count.</param>
    /// <param name="range">The hours shown.</param>
    /// <param name="recentErrors">The stored lines of the latest events that count as errors, the newest first.</param>
    public static OverviewReport Of(IReadOnlyList<HourFigures> hours, HourRange range, IReadOnlyList<ReadOnlyMemory<byte>> recentErrors)
    {
        var counted = hours.In(range).ToList();
        var sums = counted.SumByHour();
        var nothing = new EventFigures();
        return new(
            KeyFigures.Of(counted.Sum()),
            range.Hours.Select(hour => HourOverview.Of(hour, sums.GetValueOrDefault(hour, nothing))),
            counted.SumByModel().DearestFirst().Take(MaxTopModels).Select(ModelOverview.Of),
            recentErrors.Take(MaxRecentErrors).Select(line => RecentError.Read(line.Span)));
    }
}

/// <summary>What requests come to.</summary>
internal sealed record KeyFigures(
    [property: Description("How many there were.")] long TotalRequests,
    [property: Description("What they cost, in US dollars.")] decimal TotalCost,
    [property: Description("How long one took on average, in milliseconds.")] decimal AvgLatency,
    [property: Description("The share that failed, from 0 to 1: `error`, `timeout` and `rate_limited`.")] decimal ErrorRate,
    [property: Description("How many of the requests cost what nobody knows: `totalCost` is without them.")] long UnpricedRequests)
{
    /// <summary>Those of some figures.</summary>
    public static KeyFigures Of(EventFigures sum) =>
        new(sum.Requests, FigureNumbers.Money(sum.Cost), FigureNumbers.Time(sum.AverageLatency), FigureNumbers.Rate(sum.ErrorRate), sum.UnpricedRequests);
}

/// <summary>An hour of a project.</summary>
internal sealed record HourOverview(
    [property: Description("When it begins.")] DateTime Hour,
    [property: Description("Its requests.")] long Requests,
    [property: Description("What they cost, in US dollars.")] decimal Cost,
    [property: Description("How many of them failed.")] long Errors,
    [property: Description("How many of the requests cost what nobody knows: `cost` is without them.")] long UnpricedRequests)
{
    /// <summary>That of some figures.</summary>
    public static HourOverview Of(long hour, EventFigures sum) => new(HourNumber.Start(hour), sum.Requests, FigureNumbers.Money(sum.Cost), sum.Errors, sum.UnpricedRequests);
}

/// <summary>What a model comes to.</summary>
internal sealed record ModelOverview(
    [property: Description("The model.")] string Model,
    [property: Description("What it cost, in US dollars.")] decimal Cost,
    [property: Description("How many requests it had.")] long Requests,
    [property: Description("How many of the requests cost what nobody knows: `cost` is without them.")] long UnpricedRequests)
{
    /// <summary>That of some figures.</summary>
    public static ModelOverview Of(ModelFigures model) => new(model.Model, FigureNumbers.Money(model.Figures.Cost), model.Figures.Requests, model.Figures.UnpricedRequests);
}

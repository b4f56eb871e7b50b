using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Serverless.Traces.Figures;

/// <summary>What a project costs: the answer of <c>GET /v1/costs</c>.</summary>
internal sealed record CostReport(
    [property: Description("Every model, the dearest first.")] IEnumerable<ModelCost> ByModel,
    [property: Description("Every day, the oldest first, also those without costs.")] IEnumerable<DayCost> Daily,
    [property: Description("The cost since the first of the current month, in US dollars, whatever the range.")] decimal MonthToDate,
    [property: Description("What 30 days cost at the pace of the last seven, in US dollars, whatever the range."), JsonPropertyName("forecast30d")] decimal Forecast,
    [property: Description("The share of the tokens sent that came from a cache, from 0 to 1.")] decimal CacheUtilization)
{
    /// <summary>Makes the report.</summary>
    /// <param name="hours">The figures of the hours of the range; others among them do not count.</param>
    /// <param name="range">The hours shown.</param>
    /// <param name="recent">What does not depend on the range: the cost of the month, and the forecast.</param>
    public static CostReport Of(IReadOnlyList<HourFigures> hours, HourRange range, RecentCost recent)
    {
        var counted = hours.In(range).ToList();
        var sum = counted.Sum();
        var days = counted.ToLookup(figures => HourNumber.DayOf(figures.Hour));

        // There are providers that do not count cached tokens among those sent.
        var cached = sum.InputTokens == 0 ? 0 : Math.Min(1, (decimal)sum.CachedTokens / sum.InputTokens);
        return new(
            counted.SumByModel().DearestFirst().Select(ModelCost.Of),
            range.Days.Select(day => new DayCost(DateOnly.FromDateTime(HourNumber.Start(day * HourNumber.PerDay)), FigureNumbers.Money(days[day].Sum().Cost))),
            FigureNumbers.Money(recent.MonthToDate),
            FigureNumbers.Money(recent.Forecast),
            FigureNumbers.Rate(cached));
    }
}

/// <summary>What a model costs.</summary>
internal sealed record ModelCost(
    [property: Description("The model.")] string Model,
    [property: Description("What it cost, in US dollars.")] decimal Cost,
    [property: Description("How many requests it had.")] long Requests,
    [property: Description("The tokens sent to it.")] long InputTokens,
    [property: Description("The tokens received from it.")] long OutputTokens,
    [property: Description("The tokens sent that came from a cache.")] long CachedTokens)
{
    /// <summary>That of some figures.</summary>
    public static ModelCost Of(ModelFigures model)
    {
        var sum = model.Figures;
        return new(model.Model, FigureNumbers.Money(sum.Cost), sum.Requests, sum.InputTokens, sum.OutputTokens, sum.CachedTokens);
    }
}

/// <summary>What a day costs.</summary>
internal sealed record DayCost(
    [property: Description("The day, in UTC.")] DateOnly Date,
    [property: Description("What it cost, in US dollars.")] decimal Cost);

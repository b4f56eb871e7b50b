using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Serverless.Traces.Figures;

/// <summary>What a project costs: the answer of <c>GET /v1/costs</c>.</summary>
internal sealed record CostReport(
    [property: Description("Every model, the dearest first.")] IEnumerable<ModelCost> ByModel,
    [property: Description("Every day, the oldest first, also those without costs.")] IEnumerable<DayCost> Daily,
    [property: Description("The cost since the first of the current month, in US dollars, whatever the range.")] decimal MonthToDate,
    [property: Description("What 30 days cost at the pace of the last seven, in US dollars, whatever the range."), JsonPropertyName("forecast30d")] decimal Forecast,
    [property: Description("The share of the tokens sent that came from a cache, from 0 to 1.")] decimal CacheUtilization,
    [property: Description("The ten dearest models of the range day by day, the dearest first, and all others together, if there are any.")] IEnumerable<ModelDays> DailyByModel,
    [property: Description("How many requests of the range cost what nobody knows: no cost here has them in it.")] long UnpricedRequests)
{
    private const int MaxModelsByDay = 10;

    /// <summary>The costs of users; null unless they were asked for.</summary>
    [Description("The costs of users; absent unless `groupBy` asks for them."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UserCosts? ByUser { get; init; }

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
        var models = counted.SumByModel().DearestFirst().ToList();
        return new(
            models.Select(ModelCost.Of),
            range.Days.Select(day => DayCost.Of(day, days[day].Sum())),
            FigureNumbers.Money(recent.MonthToDate),
            FigureNumbers.Money(recent.Forecast),
            FigureNumbers.Rate(cached),
            ByDay([.. models.Select(model => model.Model)], days, [.. range.Days]),
            sum.UnpricedRequests);
    }

    private static IEnumerable<ModelDays> ByDay(IReadOnlyList<string> models, ILookup<long, HourFigures> hours, IReadOnlyList<long> days)
    {
        var places = models.Take(MaxModelsByDay).Index().ToDictionary(model => model.Item, model => model.Index, StringComparer.Ordinal);
        var costs = Enumerable.Range(0, Math.Min(models.Count, places.Count + 1)).Select(_ => new decimal[days.Count]).ToList();
        foreach (var (place, day) in days.Index())
        {
            foreach (var (cell, figures) in hours[day].SelectMany(hour => hour.Cells))
            {
                costs[places.GetValueOrDefault(cell.Model, places.Count)][place] += figures.Cost;
            }
        }

        return costs.Select((daily, place) => new ModelDays(place < places.Count ? models[place] : null, daily.Select(FigureNumbers.Money)));
    }
}

/// <summary>What a model costs.</summary>
internal sealed record ModelCost(
    [property: Description("The model.")] string Model,
    [property: Description("What it cost, in US dollars.")] decimal Cost,
    [property: Description("How many requests it had.")] long Requests,
    [property: Description("The tokens sent to it.")] long InputTokens,
    [property: Description("The tokens received from it.")] long OutputTokens,
    [property: Description("The tokens sent that came from a cache.")] long CachedTokens,
    [property: Description("How many of the requests cost what nobody knows: `cost` is without them.")] long UnpricedRequests)
{
    /// <summary>That of some figures.</summary>
    public static ModelCost Of(ModelFigures model)
    {
        var sum = model.Figures;
        return new(model.Model, FigureNumbers.Money(sum.Cost), sum.Requests, sum.InputTokens, sum.OutputTokens, sum.CachedTokens, sum.UnpricedRequests);
    }
}

/// <summary>What a model costs day by day.</summary>
internal sealed record ModelDays(
    [property: Description("The model; null for all others together.")] string? Model,
    [property: Description("What it cost in US dollars, a number for each day of `daily`.")] IEnumerable<decimal> Costs);

/// <summary>What users cost.</summary>
internal sealed record UserCosts(
    [property: Description("The twenty dearest users, the dearest first.")] IEnumerable<UserCost> Users,
    [property: Description("All others together.")] OtherUsers Others,
    [property: Description("Since when all events are counted; null when that is the whole range. Of what was before, only a part is.")] DateTime? CompleteSince);

/// <summary>What a user costs.</summary>
internal sealed record UserCost(
    [property: Description("The user; null for events that name none.")] string? UserId,
    [property: Description("What it cost, in US dollars.")] decimal Cost,
    [property: Description("How many requests there were.")] long Requests,
    [property: Description("The tokens sent.")] long InputTokens,
    [property: Description("The tokens received.")] long OutputTokens,
    [property: Description("The tokens sent that came from a cache.")] long CachedTokens,
    [property: Description("How many of the requests cost what nobody knows: `cost` is without them.")] long UnpricedRequests);

/// <summary>What all other users cost.</summary>
internal sealed record OtherUsers(
    [property: Description("How many they are.")] int Users,
    [property: Description("What they cost, in US dollars.")] decimal Cost,
    [property: Description("How many requests they had.")] long Requests,
    [property: Description("The tokens sent.")] long InputTokens,
    [property: Description("The tokens received.")] long OutputTokens,
    [property: Description("The tokens sent that came from a cache.")] long CachedTokens,
    [property: Description("How many of the requests cost what nobody knows: `cost` is without them.")] long UnpricedRequests);

/// <summary>What a day costs.</summary>
internal sealed record DayCost(
    [property: Description("The day, in UTC.")] DateOnly Date,
    [property: Description("What it cost, in US dollars.")] decimal Cost,
    [property: Description("How many of the requests cost what nobody knows: `cost` is without them.")] long UnpricedRequests)
{
    /// <summary>That of some figures.</summary>
    /// <param name="day">The number of the day.</param>
    /// <param name="sum">Its figures.</param>
    public static DayCost Of(long day, EventFigures sum) =>
        new(DateOnly.FromDateTime(HourNumber.Start(day * HourNumber.PerDay)), FigureNumbers.Money(sum.Cost), sum.UnpricedRequests);
}

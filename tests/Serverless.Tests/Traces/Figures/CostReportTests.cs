using System.Globalization;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>The costs, compared with counting events one by one.</summary>
[Trait("Category", "Fast")]
public sealed class CostReportTests
{
    private static readonly DateTimeOffset Now = new(SentEvent.Start.AddDays(2));
    private static readonly RecentCost NoCost = new([], null, Now);

    [Fact]
    public void Every_figure_is_that_of_counting_one_by_one() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var (first, last) = (SentEvent.Start.AddHours(-30), SentEvent.Start.AddHours(30));
        var report = Counted.Json(CostReport.Of(Counted.Hours(events), Counted.Range(first, last), NoCost), FigureJson.Default.CostReport);
        var counted = events.Where(sent => sent.Hour <= last).ToList();
        var (input, cached) = (counted.Sum(sent => sent.InputTokens ?? 0), counted.Sum(sent => sent.CachedTokens ?? 0));

        Assert.Equal(
            counted.GroupBy(sent => sent.Model)
                .Select(model => (
                    Model: model.Key,
                    Cost: Cost(model),
                    Requests: model.LongCount(),
                    Input: model.Sum(sent => sent.InputTokens ?? 0),
                    Output: model.Sum(sent => sent.OutputTokens ?? 0),
                    Cached: model.Sum(sent => sent.CachedTokens ?? 0),
                    Unpriced: model.LongCount(sent => sent.CostUsd is null)))
                .OrderByDescending(model => (model.Cost, model.Requests))
                .ThenBy(model => model.Model, StringComparer.Ordinal),
            report["byModel"]!.AsArray().Select(model => (
                model!["model"]!.GetValue<string>(),
                model["cost"]!.GetValue<decimal>(),
                model["requests"]!.GetValue<long>(),
                model["inputTokens"]!.GetValue<long>(),
                model["outputTokens"]!.GetValue<long>(),
                model["cachedTokens"]!.GetValue<long>(),
                model["unpricedRequests"]!.GetValue<long>())));
        Assert.Equal(
            Enumerable.Range(-2, 4).Select(day => SentEvent.Start.AddDays(day)).Select(day => (
                day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Cost(counted.Where(sent => sent.Time.Date == day)))),
            report["daily"]!.AsArray().Select(day => (day!["date"]!.GetValue<string>(), day["cost"]!.GetValue<decimal>())));
        Assert.Equal(
            input == 0 ? 0 : Math.Round(Math.Min(1, (decimal)cached / input), 6, MidpointRounding.AwayFromZero),
            report["cacheUtilization"]!.GetValue<decimal>());
    });

    [Fact]
    public void The_answer_has_exactly_the_fields_of_the_contract()
    {
        SentEvent[] events =
        [
            new() { Time = SentEvent.Start.AddHours(3), CostUsd = 0.000001m, InputTokens = 300, CachedTokens = 100, OutputTokens = 7 },
            new() { Time = SentEvent.Start.AddHours(47), CostUsd = 2.10m, Model = "claude" },
            new() { Time = SentEvent.Start.AddHours(47) },
        ];
        var hours = Counted.Hours(events);

        Assert.Equal(
            """
            {"byModel":[{"model":"claude","cost":2.1,"requests":1,"inputTokens":0,"outputTokens":0,"cachedTokens":0,"unpricedRequests":0},
            {"model":"gpt-4o","cost":0.000001,"requests":2,"inputTokens":300,"outputTokens":7,"cachedTokens":100,"unpricedRequests":1}],
            "daily":[{"date":"2026-01-26","cost":0.000001,"unpricedRequests":0},{"date":"2026-01-27","cost":2.1,"unpricedRequests":1}],
            "monthToDate":2.100001,"forecast30d":33.600016,"cacheUtilization":0.333333,
            "dailyByModel":[{"model":"claude","costs":[0,2.1]},{"model":"gpt-4o","costs":[0.000001,0]}],"unpricedRequests":1}
            """.ReplaceLineEndings(""),
            Counted.Text(CostReport.Of(
                hours,
                Counted.Range(SentEvent.Start, SentEvent.Start.AddHours(47)),
                new(hours, Counted.Number(SentEvent.Start.AddHours(3)), Now)), FigureJson.Default.CostReport));
    }

    [Fact]
    public void Without_events_everything_is_0() => Assert.Equal(
        """{"byModel":[],"daily":[{"date":"2026-01-26","cost":0,"unpricedRequests":0}],"monthToDate":0,"forecast30d":0,"cacheUtilization":0,"dailyByModel":[],"unpricedRequests":0}""",
        Counted.Text(CostReport.Of([], Counted.Range(SentEvent.Start, SentEvent.Start), NoCost), FigureJson.Default.CostReport));

    [Theory]
    [InlineData(10)]
    [InlineData(12)]
    public void Each_day_is_told_apart_by_the_ten_dearest_models_and_all_others(int models)
    {
        var hours = Counted.Hours(Enumerable.Range(0, 2 * models).Select(number => new SentEvent
        {
            Time = SentEvent.Start.AddHours(number < models ? 0 : 30),
            Model = $"m-{number % models:D2}",
            Environment = number < models ? null : "e",
            CostUsd = number < models ? 100 - number : 1,
        }));

        var report = Counted.Json(CostReport.Of(hours, Counted.Range(SentEvent.Start, SentEvent.Start.AddHours(47)), NoCost), FigureJson.Default.CostReport);

        (string?, decimal, decimal)[] others = models > 10 ? [(null, 90 + 89, 2)] : [];
        Assert.Equal(
            [.. Enumerable.Range(0, 10).Select(model => ((string?)$"m-{model:D2}", (decimal)(100 - model), 1m)), .. others],
            report["dailyByModel"]!.AsArray().Select(model => (model!["model"]?.GetValue<string>(), model["costs"]![0]!.GetValue<decimal>(), model["costs"]![1]!.GetValue<decimal>())));
    }

    [Fact]
    public void More_cached_than_sent_is_all_of_it()
    {
        var hours = Counted.Hours(new SentEvent { InputTokens = 5, CachedTokens = 50 });

        var report = Counted.Json(CostReport.Of(hours, Counted.Range(SentEvent.Start, SentEvent.Start), NoCost), FigureJson.Default.CostReport);

        Assert.Equal(1, report["cacheUtilization"]!.GetValue<int>());
    }

    private static decimal Cost(IEnumerable<SentEvent> events) => events.Sum(sent => sent.CostUsd ?? 0);
}

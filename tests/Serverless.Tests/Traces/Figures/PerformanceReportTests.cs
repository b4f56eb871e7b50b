using System.Text.Json.Nodes;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>The performance, compared with counting events one by one.</summary>
[Trait("Category", "Fast")]
public sealed class PerformanceReportTests
{
    private static readonly DateTime First = SentEvent.Start.AddHours(5);
    private static readonly DateTime Last = SentEvent.Start.AddHours(40);

    [Fact]
    public void Every_figure_is_that_of_counting_one_by_one() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var report = Counted.Json(PerformanceReport.Of(Counted.Hours(events), Counted.Range(First, Last)), FigureJson.Default.PerformanceReport);
        var counted = events.Where(sent => sent.Hour >= First && sent.Hour <= Last).ToList();

        ExpectSpeed(counted, report);
        var models = report["byModel"]!.AsArray().Select(model => model!).ToList();
        Assert.Equal(
            counted.GroupBy(sent => sent.Model)
                .OrderByDescending(model => model.Count())
                .ThenBy(model => model.Key, StringComparer.Ordinal)
                .Select(model => model.Key),
            models.Select(model => model["model"]!.GetValue<string>()));
        foreach (var model in models)
        {
            var own = counted.Where(sent => sent.Model == model["model"]!.GetValue<string>()).ToList();
            ExpectSpeed(own, model);
            Assert.Equal(own.Count, model["requests"]!.GetValue<int>());
            Assert.Equal(Average(own, sent => sent.LatencyMs, 3), model["avgLatency"]!.GetValue<decimal>());
            Assert.Equal(Average(own, sent => sent.IsError ? 1 : 0, 6), model["errorRate"]!.GetValue<decimal>());
        }
    });

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(47, 48, 1)]
    [InlineData(48, 3, 24)]
    [InlineData(23 + (24 * 29), 30, 24)]
    public void The_timeline_has_a_step_an_hour_up_to_48_of_them_and_else_one_a_day(int lastHour, int steps, int length)
    {
        var events = Enumerable.Range(0, lastHour + 1).Select(hour => new SentEvent
        {
            Time = SentEvent.Start.AddHours(hour).AddMinutes(59),
            LatencyMs = 10,
            Status = hour % 2 == 0 ? "error" : "success",
            InputTokens = 3,
            OutputTokens = 5,
        });

        var report = Counted.Json(PerformanceReport.Of(Counted.Hours(events), Counted.Range(SentEvent.Start, SentEvent.Start.AddHours(lastHour))), FigureJson.Default.PerformanceReport);

        var timeline = report["timeline"]!.AsArray();
        var counts = Enumerable.Range(0, steps).Select(step => Math.Min(length, lastHour + 1 - (step * length))).ToList();
        Assert.Equal(Enumerable.Range(0, steps).Select(step => SentEvent.Start.AddHours(step * length)), timeline.Select(step => step!["start"]!.GetValue<DateTime>().ToUniversalTime()));
        Assert.Equal(counts, timeline.Select(step => step!["requests"]!.GetValue<int>()));
        Assert.Equal(counts.Select((count, step) => (count + (step * length % 2 == 0 ? 1 : 0)) / 2), timeline.Select(step => step!["errors"]!.GetValue<int>()));
        Assert.Equal(counts.Select(count => (3 * count, 5 * count)), timeline.Select(step => (step!["inputTokens"]!.GetValue<int>(), step["outputTokens"]!.GetValue<int>())));
        Assert.All(timeline, step => Assert.InRange(step!["latency"]!["p99"]!.GetValue<decimal>(), 9.9m, 10.1m));
    }

    [Fact]
    public void Percentiles_are_those_of_all_events_not_of_their_hours()
    {
        var slow = Enumerable.Range(0, 2).Select(_ => new SentEvent { LatencyMs = 10_000 });
        var fast = Enumerable.Range(0, 98).Select(_ => new SentEvent { Time = SentEvent.Start.AddHours(1), LatencyMs = 10, Model = "m", Environment = "e" });

        var report = Counted.Json(PerformanceReport.Of(Counted.Hours([.. slow, .. fast]), Counted.Range(SentEvent.Start, Last)), FigureJson.Default.PerformanceReport);

        Assert.InRange(report["latency"]!["p95"]!.GetValue<decimal>(), 9.9m, 10.1m);
        Assert.InRange(report["latency"]!["p99"]!.GetValue<decimal>(), 9_900, 10_100);
    }

    [Fact]
    public void The_answer_has_exactly_the_fields_of_the_contract()
    {
        SentEvent[] events =
        [
            new() { LatencyMs = 1_500, TtftMs = 100, OutputTokens = 10 },
            new() { LatencyMs = 0, TtftMs = 100.5m, OutputTokens = 1_000, Status = "timeout" },
            new() { LatencyMs = 1_500, OutputTokens = 0, Status = "error" },
        ];

        Assert.Equal(
            """
            {"latency":{"p50":1505.713,"p90":1505.713,"p95":1505.713,"p99":1505.713},"avgTtft":100.25,"tokensPerSecond":6.667,"timeoutRate":0.333333,
            "byModel":[{"model":"gpt-4o","requests":3,"latency":{"p50":1505.713,"p90":1505.713,"p95":1505.713,"p99":1505.713},
            "avgLatency":1000,"avgTtft":100.25,"tokensPerSecond":6.667,"timeoutRate":0.333333,"errorRate":0.666667}],
            "timeline":[{"start":"2026-01-26T00:00:00Z","requests":3,"errors":2,"inputTokens":0,"outputTokens":1010,"latency":{"p50":1505.713,"p90":1505.713,"p95":1505.713,"p99":1505.713}}]}
            """.ReplaceLineEndings(""),
            Counted.Text(PerformanceReport.Of(Counted.Hours(events), Counted.Range(SentEvent.Start, SentEvent.Start)), FigureJson.Default.PerformanceReport));
    }

    [Fact]
    public void Without_events_everything_is_0() => Assert.Equal(
        """{"latency":{"p50":0,"p90":0,"p95":0,"p99":0},"avgTtft":0,"tokensPerSecond":0,"timeoutRate":0,"byModel":[],"timeline":[{"start":"2026-01-26T05:00:00Z","requests":0,"errors":0,"inputTokens":0,"outputTokens":0,"latency":{"p50":0,"p90":0,"p95":0,"p99":0}}]}""",
        Counted.Text(PerformanceReport.Of([], Counted.Range(First, First)), FigureJson.Default.PerformanceReport));

    private static void ExpectSpeed(List<SentEvent> events, JsonNode report)
    {
        var sorted = events.Select(sent => sent.LatencyMs).Order().ToList();
        foreach (var (name, percent) in new[] { ("p50", 50), ("p90", 90), ("p95", 95), ("p99", 99) })
        {
            var expected = sorted.Count == 0 ? 0 : sorted[(((sorted.Count * percent) + 99) / 100) - 1];
            Assert.InRange(report["latency"]![name]!.GetValue<decimal>(), (expected * 0.99m) - 0.0005m, (expected * 1.01m) + 0.0005m);
        }

        var timed = events.Where(sent => sent is { OutputTokens: > 0, LatencyMs: > 0 }).ToList();
        var speed = timed.Count == 0 ? 0 : timed.Sum(sent => sent.OutputTokens!.Value) * 1000 / timed.Sum(sent => sent.LatencyMs);
        Assert.Equal(Average([.. events.Where(sent => sent.TtftMs is not null)], sent => sent.TtftMs!.Value, 3), report["avgTtft"]!.GetValue<decimal>());
        Assert.Equal(Math.Round(speed, 3, MidpointRounding.AwayFromZero), report["tokensPerSecond"]!.GetValue<decimal>());
        Assert.Equal(Average(events, sent => sent.Status == "timeout" ? 1 : 0, 6), report["timeoutRate"]!.GetValue<decimal>());
    }

    private static decimal Average(List<SentEvent> events, Func<SentEvent, decimal> value, int digits) =>
        events.Count == 0 ? 0 : Math.Round(events.Sum(value) / events.Count, digits, MidpointRounding.AwayFromZero);
}

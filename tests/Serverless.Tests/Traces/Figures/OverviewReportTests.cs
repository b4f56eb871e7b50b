using System.Text.Json.Nodes;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>The overview, compared with counting events one by one.</summary>
[Trait("Category", "Fast")]
public sealed class OverviewReportTests
{
    private static readonly DateTime First = SentEvent.Start.AddHours(5);
    private static readonly DateTime Last = SentEvent.Start.AddHours(40);

    [Fact]
    public void Every_figure_is_that_of_counting_one_by_one() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var report = Counted.Json(OverviewReport.Of(Counted.Hours(events), Counted.Range(First, Last), []), FigureJson.Default.OverviewReport);
        var counted = events.Where(sent => sent.Hour >= First && sent.Hour <= Last).ToList();

        Assert.Equal(
            (counted.Count, Cost(counted)), (report["kpis"]!["totalRequests"]!.GetValue<int>(), report["kpis"]!["totalCost"]!.GetValue<decimal>()));
        Assert.Equal(Rounded(Average(counted, sent => sent.LatencyMs), 3), report["kpis"]!["avgLatency"]!.GetValue<decimal>());
        Assert.Equal(Rounded(Average(counted, sent => sent.IsError ? 1 : 0), 6), report["kpis"]!["errorRate"]!.GetValue<decimal>());
        Assert.Equal(
            Enumerable.Range(0, 36).Select(index => First.AddHours(index)).Select(hour => (
                hour,
                counted.Count(sent => sent.Hour == hour),
                Cost(counted.Where(sent => sent.Hour == hour)),
                counted.Count(sent => sent.Hour == hour && sent.IsError))),
            report["timeline"]!.AsArray().Select(hour => (
                hour!["hour"]!.GetValue<DateTime>(),
                hour["requests"]!.GetValue<int>(),
                hour["cost"]!.GetValue<decimal>(),
                hour["errors"]!.GetValue<int>())));
        Assert.Equal(
            counted.GroupBy(sent => sent.Model)
                .Select(model => (Model: model.Key, Cost: Cost(model), Requests: model.Count()))
                .OrderByDescending(model => (model.Cost, model.Requests))
                .ThenBy(model => model.Model, StringComparer.Ordinal),
            report["topModels"]!.AsArray().Select(Model));
    });

    [Fact]
    public void The_ten_dearest_models_are_shown_and_of_equal_ones_the_busiest()
    {
        var events = Enumerable.Range(0, 15).Select(number => new SentEvent { Model = $"m{number:D2}", CostUsd = number % 3 });
        var hours = Counted.Hours([.. events, new() { Model = "m13" }]);

        var report = Counted.Json(OverviewReport.Of(hours, Counted.Range(SentEvent.Start, SentEvent.Start), []), FigureJson.Default.OverviewReport);

        Assert.Equal(
            [
                ("m02", 2, 1), ("m05", 2, 1), ("m08", 2, 1), ("m11", 2, 1), ("m14", 2, 1), ("m13", 1, 2), ("m01", 1, 1), ("m04", 1, 1), ("m07", 1, 1),
                ("m10", 1, 1),
            ],
            report["topModels"]!.AsArray().Select(Model));
    }

    [Fact]
    public void The_answer_has_exactly_the_fields_of_the_contract()
    {
        var start = SentEvent.Start.AddHours(23);
        SentEvent[] events =
        [
            new() { Time = start, CostUsd = 0.0000001m, LatencyMs = 1 },
            new() { Time = start.AddMinutes(59), CostUsd = 0.9999999m, LatencyMs = 1, Status = "cancelled", Model = "größer" },
            new() { Time = start.AddMinutes(1), LatencyMs = 1 },
            new() { Time = start.AddHours(2), CostUsd = 12.50m, LatencyMs = 2, Status = "rate_limited", Environment = "e", ErrorCode = "rate\u0001" },
        ];
        ReadOnlyMemory<byte>[] errors = [events[3].Line, (events[1] with { Status = "timeout" }).Line];

        Assert.Equal(
            """
            {"kpis":{"totalRequests":4,"totalCost":13.5,"avgLatency":1.25,"errorRate":0.25,"unpricedRequests":1},
            "timeline":[{"hour":"2026-01-26T23:00:00Z","requests":3,"cost":1,"errors":0,"unpricedRequests":1},{"hour":"2026-01-27T00:00:00Z","requests":0,"cost":0,"errors":0,"unpricedRequests":0},
            {"hour":"2026-01-27T01:00:00Z","requests":1,"cost":12.5,"errors":1,"unpricedRequests":0}],
            "topModels":[{"model":"gpt-4o","cost":12.5000001,"requests":3,"unpricedRequests":1},{"model":"größer","cost":0.9999999,"requests":1,"unpricedRequests":0}],
            "recentErrors":[
            {"event_id":"01234567-89ab-cdef-0123-456789abcdef","model":"gpt-4o","status":"rate_limited","error_code":"rate\u0001","timestamp":"2026-01-27T01:00:00.0000000Z"},
            {"event_id":"01234567-89ab-cdef-0123-456789abcdef","model":"größer","status":"timeout","error_code":null,"timestamp":"2026-01-26T23:59:00.0000000Z"}]}
            """.ReplaceLineEndings(""),
            Counted.Text(OverviewReport.Of(Counted.Hours(events), Counted.Range(start, start.AddHours(2)), errors), FigureJson.Default.OverviewReport));
    }

    [Fact]
    public void Without_events_every_hour_is_0() => Assert.Equal(
        """
        {"kpis":{"totalRequests":0,"totalCost":0,"avgLatency":0,"errorRate":0,"unpricedRequests":0},
        "timeline":[{"hour":"2026-01-26T00:00:00Z","requests":0,"cost":0,"errors":0,"unpricedRequests":0}],"topModels":[],"recentErrors":[]}
        """.ReplaceLineEndings(""),
        Counted.Text(OverviewReport.Of([], Counted.Range(SentEvent.Start, SentEvent.Start), []), FigureJson.Default.OverviewReport));

    [Fact]
    public void At_most_ten_errors_are_shown()
    {
        ReadOnlyMemory<byte>[] errors = [.. Enumerable.Range(0, 12).Select(number => new SentEvent { Status = "error", ErrorCode = $"{number}" }.Line)];

        var report = Counted.Json(OverviewReport.Of([], Counted.Range(SentEvent.Start, SentEvent.Start), errors), FigureJson.Default.OverviewReport);

        Assert.Equal(
            Enumerable.Range(0, 10).Select(number => $"{number}"),
            report["recentErrors"]!.AsArray().Select(error => error!["error_code"]!.GetValue<string>()));
    }

    private static decimal Cost(IEnumerable<SentEvent> events) => events.Sum(sent => sent.CostUsd ?? 0);

    private static decimal Average(List<SentEvent> events, Func<SentEvent, decimal> value) =>
        events.Count == 0 ? 0 : events.Sum(value) / events.Count;

    private static decimal Rounded(decimal value, int digits) => Math.Round(value, digits, MidpointRounding.AwayFromZero);

    private static (string Model, decimal Cost, int Requests) Model(JsonNode? model) =>
        (model!["model"]!.GetValue<string>(), model["cost"]!.GetValue<decimal>(), model["requests"]!.GetValue<int>());
}

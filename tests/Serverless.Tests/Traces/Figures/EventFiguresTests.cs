using Serverless.Tests.Ingestion;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>Sums of events, compared with counting them one by one.</summary>
[Trait("Category", "Fast")]
public sealed class EventFiguresTests
{
    [Fact]
    public void Every_sum_is_that_of_counting_one_by_one() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var figures = Counted.Sum(events);
        var timed = events.Where(sent => sent is { OutputTokens: > 0, LatencyMs: > 0 }).ToList();
        var firstTokens = events.Where(sent => sent.TtftMs is not null).ToList();

        Assert.Equal(EventStatuses.Names.Select(status => events.LongCount(sent => sent.Status == status)), figures.RequestsByStatus);
        Assert.Equal(events.Length, figures.Requests);
        Assert.Equal(events.Count(sent => sent.IsError), figures.Errors);
        Assert.Equal(events.Sum(sent => sent.CostUsd ?? 0), figures.Cost);
        Assert.Equal(events.Sum(sent => sent.LatencyMs), figures.LatencySum);
        Assert.Equal(firstTokens.Sum(sent => sent.TtftMs!.Value), figures.TtftSum);
        Assert.Equal(firstTokens.Count, figures.TtftCount);
        Assert.Equal(events.Sum(sent => sent.InputTokens ?? 0), figures.InputTokens);
        Assert.Equal(events.Sum(sent => sent.OutputTokens ?? 0), figures.OutputTokens);
        Assert.Equal(events.Sum(sent => sent.CachedTokens ?? 0), figures.CachedTokens);
        Assert.Equal(timed.Sum(sent => sent.OutputTokens!.Value), figures.TimedTokens);
        Assert.Equal(timed.Sum(sent => sent.LatencyMs), figures.TimedMilliseconds);
        Assert.Equal(events.Length, figures.Latencies.Count);
        Assert.Equal(Average(events, sent => sent.IsError ? 1 : 0), figures.ErrorRate);
        Assert.Equal(Average(events, sent => sent.Status == "timeout" ? 1 : 0), figures.TimeoutRate);
        Assert.Equal(Average(events, sent => sent.LatencyMs), figures.AverageLatency);
        Assert.Equal(Average(firstTokens, sent => sent.TtftMs!.Value), figures.AverageTtft);
        Assert.Equal(
            timed.Count == 0 ? 0 : timed.Sum(sent => sent.OutputTokens!.Value) / (timed.Sum(sent => sent.LatencyMs) / 1000),
            figures.TokensPerSecond,
            9);
    });

    [Fact]
    public void Neither_order_nor_putting_together_changes_anything() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var expected = Text(Counted.Sum(events));
        var parts = events.Chunk(7).Select(Counted.Sum).ToList();

        Assert.Equal(expected, Text(Counted.Sum(events.Reverse())));
        Assert.Equal(expected, Text(EventFigures.Sum(parts)));
        Assert.Equal(expected, Text(EventFigures.Sum(Enumerable.Reverse(parts))));
    });

    [Fact]
    public void Without_events_everything_is_0()
    {
        var figures = new EventFigures();

        Assert.Equal(0, figures.ErrorRate);
        Assert.Equal(0, figures.TimeoutRate);
        Assert.Equal(0, figures.AverageLatency);
        Assert.Equal(0, figures.AverageTtft);
        Assert.Equal(0, figures.TokensPerSecond);
        Assert.Equal(
            """{"requests":[0,0,0,0,0],"cost":0,"latency":0,"ttft":0,"ttftCount":0,"inputTokens":0,"outputTokens":0,"cachedTokens":0,"timedTokens":0,"timed":0,"latencies":{"zero":0,"buckets":[]},"unpriced":0}""",
            Text(figures));
    }

    [Fact]
    public void Numbers_are_written_plainly() => Assert.Equal(
        """{"requests":[1,0,1,0,0],"cost":1.000000000001,"latency":600000000.5,"ttft":0.000001,"ttftCount":1,"inputTokens":3,"outputTokens":50,"cachedTokens":2,"timedTokens":50,"timed":600000000,"latencies":{"zero":0,"buckets":[-35,1,-1055,1]},"unpriced":0}""",
        Text(Counted.Sum(
        [
            new() { CostUsd = 0.500000000001m, LatencyMs = 600_000_000, OutputTokens = 50, InputTokens = 1, TtftMs = 0.000001m },
            new() { CostUsd = 0.5m, LatencyMs = 0.5m, Status = "timeout", InputTokens = 2, CachedTokens = 2 },
        ])));

    private static decimal Average(IReadOnlyCollection<SentEvent> events, Func<SentEvent, decimal> value) =>
        events.Count == 0 ? 0 : events.Sum(value) / events.Count;

    private static string Text(EventFigures figures) => Counted.Text(figures.ToStored(), FigureJson.Default.StoredFigures);
}

using FsCheck;
using FsCheck.Fluent;
using Serverless.Ingestion.Records;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>The figures of an hour by model and environment, and the lines that keep them.</summary>
[Trait("Category", "Fast")]
public sealed class HourFiguresTests
{
    private static readonly Gen<(SentEvent[] First, SentEvent[] Second)> Two =
        Gen.Zip(SentEvent.Several, SentEvent.Several, static (first, second) => (first, second));

    [Fact]
    public void A_cell_has_the_events_of_its_model_and_environment() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var hour = Hour(events);

        Assert.Equal(
            events.GroupBy(sent => new FigureCell(sent.Model, sent.Environment ?? "")).ToDictionary(group => group.Key, group => Text(Counted.Sum(group))),
            hour.Cells.ToDictionary(cell => cell.Key, cell => Text(cell.Value)));
    });

    [Fact]
    public void What_was_written_reads_back_the_same() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var hour = Hour(events);
        using var lines = new LineReader(Counted.Payload(hour));

        var again = HourFigures.Read(491_346, lines);

        Assert.Equal(491_346, again.Hour);
        Assert.Equal(hour.Cells.Count, again.Cells.Count);
        foreach (var (cell, figures) in hour.Cells)
        {
            Assert.Equal(figures.Cost, again.Cells[cell].Cost);
            Assert.Equal(figures.LatencySum, again.Cells[cell].LatencySum);
            Assert.Equal(Text(figures), Text(again.Cells[cell]));
        }
    });

    [Fact]
    public void What_is_put_together_is_what_was_added_to_one() => Always.Holds(Two, count: 200, assert: static two =>
    {
        var expected = Lines(Hour([.. two.First, .. two.Second]));
        var merged = Hour(two.First);
        merged.Merge(Hour(two.Second));

        Assert.Equal(expected, Lines(merged));
    });

    [Fact]
    public void Lines_one_after_the_other_are_figures_put_together() => Always.Holds(Two, count: 200, assert: static two =>
    {
        byte[] payload = [.. Counted.Payload(Hour(two.First)).Span, .. Counted.Payload(Hour(two.Second)).Span];
        using var lines = new LineReader(payload);

        Assert.Equal(Lines(Hour([.. two.First, .. two.Second])), Lines(HourFigures.Read(1, lines)));
    });

    [Fact]
    public void A_cell_is_a_line_whatever_is_in_its_names() => Assert.Equal(
        """
        {"model":"a","environment":"","figures":{"requests":[1,0,0,0,0],"cost":0.1,"latency":100,"ttft":0,"ttftCount":0,"inputTokens":0,"outputTokens":0,"cachedTokens":0,"timedTokens":0,"timed":0,"latencies":{"zero":0,"buckets":[233,1]},"unpriced":0}}
        {"model":"größer\n\"9\"","environment":"p","figures":{"requests":[0,1,0,0,0],"cost":0,"latency":0,"ttft":0,"ttftCount":0,"inputTokens":0,"outputTokens":0,"cachedTokens":0,"timedTokens":0,"timed":0,"latencies":{"zero":1,"buckets":[]},"unpriced":1}}

        """,
        Lines(Hour(
        [
            new() { Model = "größer\n\"9\"", Environment = "p", LatencyMs = 0, Status = "error" },
            new() { Model = "a", CostUsd = 0.10m },
        ])));

    [Theory]
    [InlineData("0.1", 0)]
    [InlineData("0", 5)]
    public void Of_what_the_version_before_kept_nothing_is_known_where_nothing_has_a_cost(string cost, int unpriced)
    {
        using var lines = new LineReader(Counted.Payload(
            $$$$"""{"model":"a","environment":"","figures":{"requests":[2,1,1,1,0],"cost":{{{{cost}}}},"latency":100,"ttft":0,"ttftCount":0,"inputTokens":3,"outputTokens":0,"cachedTokens":0,"timedTokens":0,"timed":0,"latencies":{"zero":0,"buckets":[233,5]}}}"""));

        var figures = Assert.Single(HourFigures.Read(1, lines).Cells).Value;

        Assert.Equal((5, unpriced), (figures.Requests, figures.UnpricedRequests));
        Assert.Equal(unpriced, EventFigures.Of(figures.ToStored()).UnpricedRequests);
    }

    private static HourFigures Hour(IEnumerable<SentEvent> events)
    {
        var hour = new HourFigures(1);
        foreach (var sent in events)
        {
            hour.Add(sent.Measures);
        }

        return hour;
    }

    private static string Lines(HourFigures hour) => Counted.Text(Counted.Payload(hour));

    private static string Text(EventFigures figures) => Counted.Text(figures.ToStored(), FigureJson.Default.StoredFigures);
}

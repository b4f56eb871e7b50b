using Serverless.Ingestion.Records;
using Serverless.Tests.Ingestion;
using Serverless.Times;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>The figures of an hour by five minutes, and the lines that keep them.</summary>
[Trait("Category", "Fast")]
public sealed class FiveMinuteFiguresTests
{
    [Fact]
    public void Five_minutes_have_their_events_and_what_was_written_reads_back_the_same() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var figures = Of(events);

        var again = new FiveMinuteFigures();
        using var writer = new LineWriter();
        figures.WriteTo(writer);
        using var lines = new LineReader(writer.Take());
        again.Add(lines);

        var expected = events.GroupBy(sent => FiveMinutes.Of(sent.Time.Ticks)).OrderBy(group => group.Key).Select(group => (group.Key, Text(Counted.Sum(group)))).ToList();
        Assert.Equal(expected, figures.All.Select(five => (five.Key, Text(five.Value))));
        Assert.Equal(expected, again.All.Select(five => (five.Key, Text(five.Value))));
    });

    [Fact]
    public void What_is_put_together_is_what_was_added_to_one() => Always.Holds(SentEvent.Several, count: 200, assert: static events =>
    {
        var merged = Of(events.Take(events.Length / 2));
        merged.Merge(Of(events.Skip(events.Length / 2)));

        Assert.Equal(Of(events).All.Select(five => (five.Key, Text(five.Value))), merged.All.Select(five => (five.Key, Text(five.Value))));
    });

    private static FiveMinuteFigures Of(IEnumerable<SentEvent> events)
    {
        var figures = new FiveMinuteFigures();
        foreach (var sent in events)
        {
            figures.Add(sent.Measures);
        }

        return figures;
    }

    private static string Text(EventFigures figures) => Counted.Text(figures.ToStored(), FigureJson.Default.StoredFigures);
}

using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Serverless.Ingestion.Records;
using Serverless.Storage;
using Serverless.Times;
using Serverless.Traces.Figures;
using Serverless.Traces.Hours;

namespace Serverless.Traces.Reading;

/// <summary>
/// Reads what the events of a time sum up to. Whole hours come from the rows of their figures, some hundred for a month; the beginnings and
/// ends of hours are counted event by event.
/// </summary>
public sealed class FiguresReader(
    TableServiceClient tables, EventScan scan, UnreadableRows unreadable, IOptions<TraceRetentionOptions> retention, TimeProvider time)
{
    // What figures do not tell is counted one by one: after this long, what was counted is at least how many there are.
    private static readonly TimeSpan MaxCounting = TimeSpan.FromSeconds(20);

    /// <summary>Reads the figures of a time, exactly.</summary>
    /// <param name="project">Whose events.</param>
    /// <param name="range">The times of the events.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The hours that have events, the oldest first.</returns>
    internal Task<IReadOnlyList<HourFigures>> ReadAsync(string project, TimeRange range, CancellationToken cancellationToken) =>
        ReadAsync(project, new EventFilter(range), cancellationToken);

    /// <summary>Counts the events that a filter wants and that are still kept.</summary>
    internal async Task<EventCount> CountAsync(string project, EventFilter filter, CancellationToken cancellationToken)
    {
        if (!filter.IsAnsweredByFigures)
        {
            var (hours, since) = await scan.ReadAsync<SortedDictionary<long, HourFigures>>(project, filter, () => [], Add, new(MaxCounting), cancellationToken);
            return new(Count(hours), since is null);
        }

        // Figures outlive their events. Of the time past retention there is only what came in late.
        var kept = (time.GetUtcNow() - TimeSpan.FromDays(retention.Value.EventDays)).UtcTicks;
        var late = NullIfEmpty(filter.Range.From, Math.Min(filter.Range.To, kept - 1)) is { } past
            ? Count(await ScanAsync(project, filter with { Range = past }, cancellationToken))
            : 0;
        return NullIfEmpty(Math.Max(filter.Range.From, kept), filter.Range.To) is { } range
            ? new(late + (await ReadAsync(project, filter with { Range = range }, cancellationToken)).Sum(filter.Count), true)
            : new(late, true);
    }

    private async Task<IReadOnlyList<HourFigures>> ReadAsync(string project, EventFilter filter, CancellationToken cancellationToken)
    {
        var (begin, whole, end) = Divide(filter.Range);
        var hours = new SortedDictionary<long, HourFigures>();
        if (whole is { } range)
        {
            await ReadHoursAsync(project, range, hours, cancellationToken);
        }

        foreach (var part in new[] { begin, end })
        {
            if (part is { } times)
            {
                foreach (var (hour, figures) in await ScanAsync(project, filter with { Range = times }, cancellationToken))
                {
                    hours[hour] = figures;
                }
            }
        }

        return [.. hours.Values];
    }

    private async Task ReadHoursAsync(string project, TimeRange range, SortedDictionary<long, HourFigures> hours, CancellationToken cancellationToken)
    {
        var keys = HourKey.FiguresBetween(HourKey.Of(range.From), HourKey.Of(range.To));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {project} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        await foreach (var row in tables.GetTableClient(TableNames.Traces).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (await unreadable.TryAsync(TableNames.Traces, row, ReadHour) is { } figures)
            {
                Of(figures.Hour, hours).Merge(figures);
            }
        }
    }

    private static HourFigures ReadHour(TableEntity row)
    {
        using var lines = new LineReader(PayloadColumns.Read(row));
        return HourFigures.Read(HourKey.OfRow(row.RowKey).Hour, lines);
    }

    private async Task<SortedDictionary<long, HourFigures>> ScanAsync(string project, EventFilter filter, CancellationToken cancellationToken) =>
        (await scan.ReadAsync<SortedDictionary<long, HourFigures>>(project, filter, () => [], Add, ScanBounds.None, cancellationToken)).Gathered;

    private static void Add(SortedDictionary<long, HourFigures> hours, ReadOnlySpan<byte> line)
    {
        var measures = EventMeasures.Read(line);
        Of(measures.Ticks / TimeSpan.TicksPerHour, hours).Add(measures);
    }

    private static HourFigures Of(long hour, SortedDictionary<long, HourFigures> hours)
    {
        if (!hours.TryGetValue(hour, out var figures))
        {
            hours[hour] = figures = new(hour);
        }

        return figures;
    }

    private static long Count(SortedDictionary<long, HourFigures> hours) => hours.Values.Sum(hour => hour.Cells.Values.Sum(cell => cell.Requests));

    // The hours that lie in a range whole, and what is left before and after them.
    private static (TimeRange? Begin, TimeRange? Whole, TimeRange? End) Divide(TimeRange range)
    {
        var first = (range.From + TimeSpan.TicksPerHour - 1) / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour;
        var last = range.To >= DateTime.MaxValue.Ticks ? DateTime.MaxValue.Ticks : ((range.To + 1) / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour) - 1;
        return first > last
            ? (range, null, null)
            : (NullIfEmpty(range.From, first - 1), new(first, last), NullIfEmpty(last + 1, range.To));
    }

    private static TimeRange? NullIfEmpty(long from, long to) => from <= to ? new(from, to) : null;
}

/// <summary>How many events there are.</summary>
/// <param name="Total">The number.</param>
/// <param name="IsExact">Whether there are so many, rather than at least so many.</param>
internal readonly record struct EventCount(long Total, bool IsExact);

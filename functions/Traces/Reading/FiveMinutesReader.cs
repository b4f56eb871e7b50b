using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Times;
using Serverless.Traces.Figures;
using Serverless.Traces.Hours;

namespace Serverless.Traces.Reading;

/// <summary>
/// Reads what the events of a few minutes sum up to, from the rows of the figures of their hours: one transaction. Hours that an earlier version has written, or taken part
/// in, know nothing by five minutes: their events are counted one by one.
/// </summary>
public sealed class FiveMinutesReader(TableServiceClient tables, EventScan scan, UnreadableRows unreadable)
{
    /// <summary>Reads figures by five minutes.</summary>
    /// <param name="project">Whose events.</param>
    /// <param name="first">The number of the first <see cref="FiveMinutes"/>.</param>
    /// <param name="last">The number of the last, included.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The figures of those that have events, by their number; others may be among them.</returns>
    internal async Task<IReadOnlyDictionary<long, EventFigures>> ReadAsync(string project, long first, long last, CancellationToken cancellationToken)
    {
        var figures = new FiveMinuteFigures();
        foreach (var hour in await ReadKnownAsync(project, first, last, figures, cancellationToken))
        {
            var begin = hour * FiveMinutes.PerHour;
            var times = FiveMinutes.Between(Math.Max(first, begin), Math.Min(last, begin + FiveMinutes.PerHour - 1));
            figures.Merge((await scan.ReadAsync<FiveMinuteFigures>(project, new EventFilter(times), () => new(), Add, ScanBounds.None, cancellationToken)).Gathered);
        }

        return figures.All;
    }

    // The hours of which something is not known by five minutes.
    private async Task<IEnumerable<long>> ReadKnownAsync(string project, long first, long last, FiveMinuteFigures figures, CancellationToken cancellationToken)
    {
        var hours = new Dictionary<long, FiveMinuteFigures?>();
        var keys = HourKey.FiguresBetween(new(first / FiveMinutes.PerHour), new(last / FiveMinutes.PerHour));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {project} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        string[] columns = ["PartitionKey", "RowKey", HourSums.FiveMinutesColumn];
        await foreach (var row in tables.GetTableClient(TableNames.Traces).QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancellationToken))
        {
            var hour = HourKey.OfRow(row.RowKey).Hour;
            var known = row.GetBinary(HourSums.FiveMinutesColumn) is { } column ? await unreadable.TryAsync(TableNames.Traces, row, _ => HourSums.ReadFiveMinutes(column)) : null;
            if (!hours.TryGetValue(hour, out var earlier))
            {
                hours[hour] = known;
            }
            else if (known is null)
            {
                hours[hour] = null;
            }
            else
            {
                earlier?.Merge(known);
            }
        }

        foreach (var known in hours.Values.OfType<FiveMinuteFigures>())
        {
            figures.Merge(known);
        }

        return [.. hours.Where(hour => hour.Value is null).Select(hour => hour.Key)];
    }

    private static void Add(FiveMinuteFigures figures, ReadOnlySpan<byte> line) => figures.Add(EventMeasures.Read(line));
}

using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Traces.Events;

namespace Serverless.Traces.Hours;

/// <summary>
/// Finds events that came again with a time in another hour, and has all but the one that was received first taken out. An hour knows its own ids
/// only, so that a batch costs one transaction; what was added since the last look is compared with all hours here.
/// </summary>
/// <param name="table">The table of the events.</param>
/// <param name="project">Whose they are.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
internal sealed class RepeatedEvents(TableClient table, string project, UnreadableRows unreadable)
{
    private const string ThroughColumn = "Through";

    // Some tens of megabytes. Where there are more, they are looked at in several turns.
    private const int MaxIds = 500_000;

    // Writes that were under way when this looked may bear a time a little before the newest that it saw.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    /// <summary>Takes out what there is twice.</summary>
    /// <param name="now">The present.</param>
    /// <param name="retention">How long events are kept: of older hours some may be gone.</param>
    /// <param name="cancellationToken">Ends the work between two transactions; the next run begins it again.</param>
    /// <returns>How many events were taken out.</returns>
    public async Task<int> RemoveAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken)
    {
        var oldest = HourKey.Of((now - retention).UtcTicks).Hour + 1;
        var found = await table.GetEntityIfExistsAsync<TableEntity>(project, HourKey.Compared, cancellationToken: cancellationToken);
        var compared = found.HasValue ? found.Value!.GetDateTimeOffset(ThroughColumn)!.Value : DateTimeOffset.UnixEpoch.AddYears(1);
        var removed = 0;
        DateTimeOffset? newestAt = null;
        for (int slice = 0, slices = 1; slice < slices; slice++)
        {
            var added = await AddedAsync(compared, oldest, new(slice, slices), cancellationToken);
            if (added.Hours.Count > MaxIds)
            {
                (slice, slices) = (-1, slices * 2);
                continue;
            }

            newestAt ??= added.NewestAt;
            removed += added.Hours.Count == 0 ? 0 : await RemoveAsync(added.Hours, oldest, cancellationToken);
        }

        if (newestAt is null)
        {
            return 0;
        }

        var through = newestAt < now - Overlap ? newestAt : now - Overlap;
        var note = new TableEntity(project, HourKey.Compared) { [ThroughColumn] = through > compared ? through : compared };
        await table.UpsertEntityAsync(note, TableUpdateMode.Replace, cancellationToken);
        return removed;
    }

    // The ids in rows that were written since the last look, each with an hour that holds it; no more than one beyond what there is room for.
    private async Task<(Dictionary<Guid, long> Hours, DateTimeOffset? NewestAt)> AddedAsync(
        DateTimeOffset since, long oldest, Slice slice, CancellationToken cancellationToken)
    {
        var hours = new Dictionary<Guid, long>();
        DateTimeOffset? newestAt = null;
        await foreach (var row in RowsAsync(since, oldest, cancellationToken))
        {
            newestAt = newestAt > row.Timestamp ? newestAt : row.Timestamp;
            foreach (var id in KnownEvents.IdsOf(row).Where(slice.Contains))
            {
                hours.TryAdd(id, HourKey.OfRow(row.RowKey).Hour);
            }

            if (hours.Count > MaxIds)
            {
                break;
            }
        }

        return (hours, newestAt);
    }

    private async Task<int> RemoveAsync(Dictionary<Guid, long> added, long oldest, CancellationToken cancellationToken)
    {
        var repeated = new HashSet<Guid>();
        var hours = new HashSet<long>();
        await foreach (var row in RowsAsync(since: null, oldest, cancellationToken))
        {
            var hour = HourKey.OfRow(row.RowKey).Hour;
            foreach (var id in KnownEvents.IdsOf(row))
            {
                if (added.TryGetValue(id, out var other) && other != hour)
                {
                    repeated.Add(id);
                    hours.UnionWith([hour, other]);
                }
            }
        }

        var removed = 0;
        foreach (var (hour, ids) in await LaterAsync(repeated, hours, cancellationToken))
        {
            removed += await new HourCorrection(table, project, new(hour), unreadable).RemoveAsync(ids, cancellationToken);
        }

        return removed;
    }

    // By hour, the events of which another hour has one that was received before.
    private async Task<IReadOnlyDictionary<long, HashSet<Guid>>> LaterAsync(HashSet<Guid> repeated, HashSet<long> hours, CancellationToken cancellationToken)
    {
        var copies = new List<(Guid Id, long ReceivedAt, long Hour)>();
        foreach (var hour in hours)
        {
            await foreach (var (_, read, _) in new HourCorrection(table, project, new(hour), unreadable).ChunksAsync(cancellationToken))
            {
                copies.AddRange(read
                    .Where(added => repeated.Contains(added.Id))
                    .Select(added => (added.Id, new StoredEvent(added.Line.Span).ReceivedAt, hour)));
            }
        }

        var later = new Dictionary<long, HashSet<Guid>>();
        foreach (var events in copies.GroupBy(copy => copy.Id))
        {
            var first = events.MinBy(copy => (copy.ReceivedAt, copy.Hour)).Hour;
            foreach (var copy in events.Where(copy => copy.Hour != first))
            {
                (later.TryGetValue(copy.Hour, out var ids) ? ids : later[copy.Hour] = []).Add(copy.Id);
            }
        }

        return later;
    }

    private IAsyncEnumerable<TableEntity> RowsAsync(DateTimeOffset? since, long oldest, CancellationToken cancellationToken)
    {
        var keys = HourKey.AllRows;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {project} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        if (since is { } time)
        {
            filter += TableClient.CreateQueryFilter($" and Timestamp gt {time}");
        }

        return table
            .QueryAsync<TableEntity>(filter, select: ["RowKey", "Timestamp", KnownEvents.IdsColumn], cancellationToken: cancellationToken)
            .Where(row => HourKey.OfRow(row.RowKey).Hour >= oldest);
    }

    /// <summary>One of several equal shares of all ids.</summary>
    private readonly record struct Slice(int Number, int Count)
    {
        public bool Contains(Guid id) => (uint)id.GetHashCode() % (uint)Count == (uint)Number;
    }
}

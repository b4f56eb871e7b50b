using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Ingestion.Upkeep;
using Serverless.Storage;
using Serverless.Traces.Figures;

namespace Serverless.Traces.Hours;

/// <summary>
/// Takes events out of an hour that are kept in another. The chunks without them, the figures without them, and the note that they are known to be
/// elsewhere are one transaction on condition that the hour is unchanged, as every addition is.
/// </summary>
/// <param name="table">The table of the events.</param>
/// <param name="project">Whose they are.</param>
/// <param name="hour">The hour.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
internal sealed class HourCorrection(TableClient table, string project, HourKey hour, UnreadableRows unreadable)
{
    // A transaction takes 100 operations and 4 MB: two for each chunk and one for each row of ids, beside the head and the figures.
    private const int MaxChunks = 16;
    private const int MaxRowsOfIds = 48;
    private const int MaxBytes = 1024 * 1024;
    private const int MaxRounds = 10;
    private const int RowsPerPage = 100;

    /// <summary>The chunks of the hour, with their events.</summary>
    public IAsyncEnumerable<HourChunk> ChunksAsync(CancellationToken cancellationToken)
    {
        var keys = ChunkKey.NarrowEndingIn(hour.Times);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {project} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        return unreadable.ReadAsync(TableNames.Traces, table.QueryAsync<TableEntity>(filter, RowsPerPage, cancellationToken: cancellationToken), HourChunk.Read);
    }

    /// <summary>Takes events out.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="RequestFailedException">The table did not take it, or others were always faster.</exception>
    public async Task<int> RemoveAsync(IReadOnlySet<Guid> ids, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var round = 1; ; round++)
        {
            var change = await PlanAsync(ids, cancellationToken);
            if (change.Removed == 0)
            {
                return removed;
            }

            try
            {
                await table.SubmitTransactionAsync(change.Actions, cancellationToken);
                removed += change.Removed;
                round = 0;
            }
            catch (RequestFailedException failure) when (round < MaxRounds && (StorageRetry.IsConflict(failure) || failure.Status == 404))
            {
                // Events of this hour came in meanwhile, or its chunks were put together: it is looked at anew.
            }
        }
    }

    private async Task<(int Removed, IReadOnlyList<TableTransactionAction> Actions)> PlanAsync(IReadOnlySet<Guid> ids, CancellationToken cancellationToken)
    {
        // First the head: whatever is added after this makes the transaction fail.
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {project} and RowKey ge {hour.Rows.From} and RowKey lt {hour.Rows.To}");
        var state = await table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        var rows = state.Where(row => KnownEvents.IdsOf(row).Any(ids.Contains)).Take(MaxRowsOfIds).ToList();
        var movable = rows.SelectMany(KnownEvents.IdsOf).Where(ids.Contains).ToHashSet();
        var figures = new HourFigures(hour.Hour);
        var removed = new HashSet<Guid>();
        var actions = new List<TableTransactionAction>();
        var (chunks, bytes) = (0, 0);
        await foreach (var (source, events) in ChunksAsync(cancellationToken))
        {
            var kept = events;
            if (events.Any(added => movable.Contains(added.Id)) && chunks < MaxChunks && (chunks == 0 || bytes + source.Chunk.Payload.Length <= MaxBytes))
            {
                kept = [.. events.Where(added => !movable.Contains(added.Id))];
                removed.UnionWith(events.Select(added => added.Id).Where(movable.Contains));
                actions.AddRange(Without(source, kept));
                (chunks, bytes) = (chunks + 1, bytes + source.Chunk.Payload.Length);
            }

            foreach (var added in kept)
            {
                figures.Add(added.Measures);
            }
        }

        return removed.Count == 0
            ? (0, [])
            : (removed.Count, [.. StateWithout(removed, state.Single(row => row.RowKey == hour.Head), rows, figures), .. actions]);
    }

    private IEnumerable<TableTransactionAction> Without(CompactionSource source, IReadOnlyList<IncomingEvent> kept)
    {
        yield return source.Delete();
        if (kept.Count > 0)
        {
            yield return new(TableTransactionActionType.Add, EventChunk.RowOf(project, kept, isCompacted: true));
        }
    }

    private IEnumerable<TableTransactionAction> StateWithout(HashSet<Guid> removed, TableEntity head, IReadOnlyList<TableEntity> rows, HourFigures figures)
    {
        using var lines = new LineWriter();
        figures.WriteTo(lines);
        var payload = lines.Take();
        var version = head.GetInt64(HourState.VersionColumn)!.Value + 1;
        var corrected = new TableEntity(project, hour.Head) { [HourState.NumberColumn] = 0, [HourState.VersionColumn] = version };
        var series = new TableEntity(project, hour.Figures(0));
        PayloadColumns.Write(corrected, payload);
        PayloadColumns.Write(series, payload);
        yield return new(TableTransactionActionType.UpdateReplace, corrected, head.ETag);
        yield return new(TableTransactionActionType.UpsertReplace, series);
        for (var number = 1; number <= head.GetInt32(HourState.NumberColumn); number++)
        {
            yield return new(TableTransactionActionType.Delete, new TableEntity(project, hour.Figures(number)), ETag.All);
        }

        foreach (var row in rows.Where(row => KnownEvents.TryMove(row, removed)))
        {
            row[HourState.VersionColumn] = version;
            yield return new(TableTransactionActionType.UpdateReplace, row, row.ETag);
        }
    }
}

/// <summary>A chunk of an hour.</summary>
/// <param name="Source">The chunk, at the version it was read.</param>
/// <param name="Events">Its events.</param>
internal sealed record HourChunk(CompactionSource Source, IReadOnlyList<IncomingEvent> Events)
{
    /// <summary>Reads a row.</summary>
    public static HourChunk Read(TableEntity row)
    {
        var source = CompactionSource.Read(TraceChunks.Schema, row);
        return new(source, IncomingEvent.ReadAll(source.Chunk.Payload));
    }
}

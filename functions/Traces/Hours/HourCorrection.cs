using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Segments;
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
    private const int RowsPerPage = 8;

    /// <summary>The chunks and blocks of the hour, with their events.</summary>
    public async IAsyncEnumerable<HourChunk> ChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chunks = Rows(ChunkKey.NarrowEndingIn(hour.Times), cancellationToken);
        await foreach (var chunk in unreadable.ReadAsync(TableNames.Traces, chunks, row => HourChunk.Read(row)))
        {
            yield return chunk;
        }

        var segments = new SegmentStore(table, TraceChunks.Schema, unreadable);
        await foreach (var segment in segments.HeadsAsync(project, (hour.Hour, hour.Hour), cancellationToken))
        {
            var blocks = Rows(SegmentKey.BlocksOf(segment.Id), cancellationToken);
            await foreach (var block in unreadable.ReadAsync(TableNames.Traces, blocks, row => HourChunk.Read(row, segment)))
            {
                yield return block;
            }
        }
    }

    private AsyncPageable<TableEntity> Rows(RowKeyRange keys, CancellationToken cancellationToken) =>
        table.QueryAsync<TableEntity>(ChunkRow.Filter(project, keys), RowsPerPage, cancellationToken: cancellationToken);

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
        var (figures, byFiveMinutes) = (new HourFigures(hour.Hour), new FiveMinuteFigures());
        var removed = new HashSet<Guid>();
        var actions = new List<TableTransactionAction>();
        var (chunks, bytes) = (0, 0);
        var segments = new Dictionary<string, Segment>(StringComparer.Ordinal);
        await foreach (var (source, events, segment) in ChunksAsync(cancellationToken))
        {
            var kept = events;
            if (events.Any(added => movable.Contains(added.Id)) && chunks < MaxChunks && (chunks == 0 || bytes + source.Chunk.Payload.Length <= MaxBytes))
            {
                kept = [.. events.Where(added => !movable.Contains(added.Id))];
                removed.UnionWith(events.Select(added => added.Id).Where(movable.Contains));
                actions.AddRange(Without(source, kept, segment, segments));
                (chunks, bytes) = (chunks + 1, bytes + source.Chunk.Payload.Length);
            }

            foreach (var added in kept)
            {
                figures.Add(added.Measures);
                byFiveMinutes.Add(added.Measures);
            }
        }

        return removed.Count == 0
            ? (0, [])
            : (removed.Count,
            [
                .. StateWithout(removed, state.Single(row => row.RowKey == hour.Head), rows, HourSums.Of(figures, byFiveMinutes)),
                .. actions,
                .. segments.Values.Select(segment => new TableTransactionAction(TableTransactionActionType.UpdateReplace, SegmentRow.Head(segment), segment.Version)),
            ]);
    }

    // What an index says of a block of which events are gone is still right: it may hold them.
    private IEnumerable<TableTransactionAction> Without(
        CompactionSource source, IReadOnlyList<IncomingEvent> kept, Segment? segment, Dictionary<string, Segment> segments)
    {
        if (segment is null)
        {
            yield return source.Delete();
            if (kept.Count > 0)
            {
                yield return new(TableTransactionActionType.Add, ChunkRow.Write(TraceChunks.Schema, EventChunk.Of(project, kept)));
            }

            yield break;
        }

        var known = segments.GetValueOrDefault(segment.Id, segment);
        var (place, before) = (source.Chunk.Header.Block!.Value, source.Chunk.Header);
        var block = kept.Count > 0 ? EventChunk.Of(project, kept) : null;
        var header = (block?.Header ?? before with { Count = 0, Kinds = [.. before.Kinds.Select(_ => 0)] }) with { Block = place, Filter = default };
        segments[segment.Id] = known with
        {
            Blocks = [.. known.Blocks.Select(other => other.Block == place ? header with { Max = Math.Max(header.Max, hour.Times.From) } : other)],
        };
        yield return block is null
            ? source.Delete()
            : new(TableTransactionActionType.UpdateReplace, ChunkRow.Write(TraceChunks.Schema, block with { Header = header, IsCompacted = true }), source.Version);
    }

    private IEnumerable<TableTransactionAction> StateWithout(HashSet<Guid> removed, TableEntity head, IReadOnlyList<TableEntity> rows, HourSums sums)
    {
        var version = head.GetInt64(HourState.VersionColumn)!.Value + 1;
        var corrected = new TableEntity(project, hour.Head) { [HourState.NumberColumn] = 0, [HourState.VersionColumn] = version };
        var series = new TableEntity(project, hour.Figures(0));
        sums.Write(corrected);
        sums.Write(series);
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

/// <summary>A chunk of an hour, or a block of it.</summary>
/// <param name="Source">The chunk, at the version it was read.</param>
/// <param name="Events">Its events.</param>
/// <param name="Segment">The segment of a block; null for a chunk that stands by itself.</param>
internal sealed record HourChunk(CompactionSource Source, IReadOnlyList<IncomingEvent> Events, Segment? Segment)
{
    /// <summary>Reads a row.</summary>
    public static HourChunk Read(TableEntity row, Segment? segment = null)
    {
        var source = CompactionSource.Read(TraceChunks.Schema, row);
        var place = segment is null ? (BlockPlace?)null : new(segment.Id, SegmentKey.NumberOfBlock(row.RowKey));
        var chunk = source.Chunk with { Header = source.Chunk.Header with { Block = place } };
        return new(source with { Chunk = chunk }, IncomingEvent.ReadAll(chunk.Payload), segment);
    }
}

using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Ingestion.Segments;
using Serverless.Storage;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Divides chunks by the hours of their records, which go into segments of these hours; then the chunks go. Where that takes several transactions, records are
/// in a segment and in their chunk in between, as those of a message that is delivered again are: readers know of that, and the next run finds them known if
/// this one is cut short. Whoever divides takes a turn, and writes on condition that nobody took one since: two runs at once do not harm each other.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="store">Reads chunks and blocks.</param>
/// <param name="schema">What the chunks are.</param>
/// <param name="partition">Whose they are.</param>
/// <param name="keptSince">Records whose hour ended before this, and which came in before this, are past retention and left out.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
/// <param name="time">The clock.</param>
internal sealed class ChunkDivision(
    TableClient table, ChunkStore store, ChunkSchema schema, string partition, DateTimeOffset keptSince, UnreadableRows unreadable, TimeProvider time)
{
    /// <summary>The most chunks that are divided together.</summary>
    public const int MaxSources = 200;

    // Of each hour of a transaction there are a head, the note that goes, and a small segment, which takes two actions; the rest is for the turn, for what is very
    // large, and for chunks that go with it.
    private const int MaxHours = 16;
    private const int MaxSmallSegments = 1;
    private const int ActionsPerHour = 2 + (2 * MaxSmallSegments);
    private const int ActionsToSpare = 1 + 12;

    private readonly ChunkOpener _opener = new(store, schema, unreadable);

    /// <summary>Divides chunks, all of whose hours are over.</summary>
    /// <param name="sources">The chunks.</param>
    /// <param name="cancellationToken">Gives up between two transactions; the next run goes on.</param>
    /// <returns>How many chunks were divided.</returns>
    public async Task<int> RunAsync(IReadOnlyList<CompactionSource> sources, CancellationToken cancellationToken)
    {
        var divided = new List<(CompactionSource Source, OpenedChunk Chunk)>();
        foreach (var source in sources)
        {
            if (await _opener.OpenAsync(source.Chunk, cancellationToken) is { } opened)
            {
                divided.Add((source, Kept(opened)));
            }
        }

        var groups = divided.SelectMany(source => source.Chunk.Hours).Distinct().OrderDescending().Chunk(MaxHours).ToList();
        if (groups.Count == 0)
        {
            return 0;
        }

        try
        {
            var removals = divided.SelectMany(source => source.Source.Remove()).ToList();
            var fits = removals.Count + (groups[^1].Length * ActionsPerHour) + ActionsToSpare <= SegmentCommit.MaxActions;
            var turn = await TakeTurnAsync(cancellationToken);
            foreach (var (place, hours) in groups.Index())
            {
                turn = await PutAsync(divided, hours, turn, fits && place == groups.Count - 1 ? removals : [], cancellationToken);
            }

            if (!fits)
            {
                await RemoveAsync([.. divided.Select(source => source.Source)], turn, cancellationToken);
            }
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            // Somebody else was at these rows; the next run looks again, and a later one removes what was written in vain.
            return 0;
        }

        await new RowRemoval(table, partition).RemovePartsAsync(divided.Select(source => source.Source.Chunk.Header), cancellationToken);
        return divided.Count;
    }

    private OpenedChunk Kept(OpenedChunk chunk) => BatchId.ReceivedAt(chunk.Chunk.Header.Batch) >= keptSince
        ? chunk
        : chunk with { Hours = chunk.Hours.Where(hour => hour >= keptSince.UtcTicks / TimeSpan.TicksPerHour).ToHashSet() };

    private async Task<ETag> TakeTurnAsync(CancellationToken cancellationToken) =>
        (await table.UpsertEntityAsync(Turn, TableUpdateMode.Replace, cancellationToken)).Headers.ETag!.Value;

    private TableEntity Turn => new(partition, ChunkKey.DivisionTurn);

    // Puts what belongs to some hours into segments of these, on condition that nobody took a turn since.
    private async Task<ETag> PutAsync(
        List<(CompactionSource Source, OpenedChunk Chunk)> sources,
        IReadOnlyCollection<long> hours,
        ETag turn,
        List<TableTransactionAction> removals,
        CancellationToken cancellationToken)
    {
        var storedHours = new StoredHours(table, store, _opener, schema, partition, unreadable);
        var stored = await storedHours.FindAsync(hours, MaxSmallSegments, cancellationToken);
        var chunks = sources.Select(source => source.Chunk).Where(chunk => chunk.Hours.Overlaps(hours)).ToList();
        var ids = chunks.SelectMany(chunk => chunk.Ids).ToHashSet();
        var commit = new SegmentCommit(table, time);
        var writers = new Dictionary<long, HourWriter>();
        try
        {
            foreach (var (hour, existing) in stored)
            {
                var known = await storedHours.FindKnownAsync(ids, existing.Others, cancellationToken);
                var batches = chunks.Where(chunk => chunk.Hours.Contains(hour)).Select(chunk => chunk.Chunk.Header.Batch);
                var youngest = batches.Concat(existing.Small.Select(segment => segment.Id)).Max(BatchId.ReceivedAt);
                var writer = writers[hour] = new HourWriter(schema, partition, hour, youngest, [.. known]);
                foreach (var block in existing.Blocks)
                {
                    await WriteAsync(block, (payload, labels) => writer.Add(payload, labels), commit, cancellationToken);
                }
            }

            foreach (var chunk in chunks)
            {
                await WriteAsync(chunk, (payload, labels) => Add(payload, labels, chunk.Hours, writers), commit, cancellationToken);
            }

            var segments = await commit.EndAsync(writers.Values, cancellationToken);
            if (segments.Count == 0 && removals.Count == 0)
            {
                return turn;
            }

            TableTransactionAction mine = removals.Count > 0
                ? new(TableTransactionActionType.Delete, Turn, turn)
                : new(TableTransactionActionType.UpdateReplace, Turn, turn);
            var replaced = stored.Values.SelectMany(existing => existing.Small).SelectMany(commit.Replace);
            var responses = await commit.CompleteAsync(segments, [mine, .. removals, .. replaced], cancellationToken);
            return removals.Count > 0 ? turn : responses.First().Headers.ETag!.Value;
        }
        finally
        {
            foreach (var writer in writers.Values)
            {
                writer.Dispose();
            }
        }
    }

    private async Task WriteAsync(
        OpenedChunk chunk,
        Func<ReadOnlyMemory<byte>, IReadOnlyList<string>, List<(Segment Segment, TableEntity Row)>> add,
        SegmentCommit commit,
        CancellationToken cancellationToken)
    {
        await foreach (var payload in _opener.PayloadsAsync(chunk, cancellationToken))
        {
            await commit.AddAsync(add(payload, chunk.Chunk.Header.Labels), cancellationToken);
        }
    }

    // Records of other hours are left where they are.
    private List<(Segment Segment, TableEntity Row)> Add(
        ReadOnlyMemory<byte> payload, IReadOnlyList<string> labels, IReadOnlySet<long> hours, Dictionary<long, HourWriter> writers)
    {
        var rows = new List<(Segment, TableEntity)>();
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            var record = schema.ReadIdentity(line);
            var hour = record.Ticks / TimeSpan.TicksPerHour;
            if (hours.Contains(hour) && writers.TryGetValue(hour, out var writer))
            {
                writer.Add(line, record, labels, rows);
            }
        }

        return rows;
    }

    // For all of them there was no room in the last transaction.
    private async Task RemoveAsync(IReadOnlyList<CompactionSource> sources, ETag turn, CancellationToken cancellationToken)
    {
        foreach (var part in sources.Chunk((SegmentCommit.MaxActions - 1) / 2))
        {
            await table.SubmitTransactionAsync(part.SelectMany(source => source.Remove()), cancellationToken);
        }

        await table.DeleteEntityAsync(partition, ChunkKey.DivisionTurn, turn, cancellationToken);
    }
}

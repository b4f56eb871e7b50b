using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Ingestion.Segments;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Puts chunks of an hour that is over together into a segment. One transaction lets it take their place, on condition that they are unchanged: whoever
/// reads sees either these or that, whatever is cut short is taken up by the next run, and two runs at once do not harm each other. A message that is
/// delivered again later brings its chunk back; the next run finds its records known and removes it.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="store">Reads chunks and blocks.</param>
/// <param name="schema">What the chunks are.</param>
/// <param name="partition">Whose they are.</param>
/// <param name="hour">The hour.</param>
/// <param name="unreadable">Notes what cannot be read: it is left as it is, for the next run to set aside.</param>
/// <param name="time">The clock.</param>
internal sealed class HourCompaction(
    TableClient table, ChunkStore store, ChunkSchema schema, string partition, long hour, UnreadableRows unreadable, TimeProvider time)
{
    /// <summary>
    /// The most chunks that a segment takes the place of: a transaction has 100 actions. Beside these there are the head, the note, the marks of staged parts, and the
    /// small segments that go as well.
    /// </summary>
    public const int MaxSources = 72;

    // Segments that are no larger are written anew with what comes late to their hour, so that an hour does not come to have many.
    private const int MaxSmallSegments = 4;
    private const long SmallSegment = 8 * SegmentBuilder.BlockBytes;

    private readonly SegmentStore _segments = new(table, schema, unreadable);

    /// <summary>Puts chunks together, with what is small of the hour's segments.</summary>
    /// <param name="sources">The chunks.</param>
    /// <param name="cancellationToken">Gives up; nothing has happened then.</param>
    /// <returns>How many chunks a segment has taken the place of.</returns>
    public async Task<int> RunAsync(IReadOnlyList<CompactionSource> sources, CancellationToken cancellationToken)
    {
        var replaced = new List<(CompactionSource Source, Opened Chunk)>();
        foreach (var source in sources)
        {
            if (await OpenAsync(source.Chunk, cancellationToken) is { } opened)
            {
                replaced.Add((source, opened));
            }
        }

        if (replaced.Count == 0)
        {
            return 0;
        }

        var (small, blocks, others) = await FindSegmentsAsync(cancellationToken);
        var known = (await FindKnownAsync([.. replaced.Select(source => source.Chunk)], others, cancellationToken)).ToHashSet();
        using var builder = new SegmentBuilder(schema, partition, hour, NewId(sources, small));
        var commit = new SegmentCommit(table, time);
        foreach (var opened in blocks.Concat(replaced.Select(source => source.Chunk)))
        {
            foreach (var row in Add(opened, builder, known))
            {
                await commit.AddAsync(builder.Build() with { IndexBits = -1 }, [row], cancellationToken);
            }
        }

        var last = builder.EndBlock();
        var segment = builder.IsEmpty ? null : builder.Build();
        if (segment is not null)
        {
            await commit.AddAsync(segment, [.. last is null ? [] : new[] { last }, .. builder.IndexRows(segment)], cancellationToken);
        }

        try
        {
            await commit.CompleteAsync(segment, [.. Removals([.. replaced.Select(source => source.Source)], small)], cancellationToken);
        }
        catch (TableTransactionFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            // Somebody else was at these rows; the next run looks again, and a later one removes what was written in vain.
            return 0;
        }

        await RemovePartsAsync(replaced.Select(source => source.Source), cancellationToken);
        return replaced.Count;
    }

    // Null when it is gone, or cannot be read to its end.
    private async Task<Opened?> OpenAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        if (await store.OpenAsync(schema, chunk, cancellationToken) is not { } found)
        {
            return null;
        }

        var payloads = await store.ReadPayloadsAsync(schema, found, cancellationToken).ToListAsync(cancellationToken);
        var batches = new HashSet<Guid>();
        var isReadable = await unreadable.TryAsync(schema.Table, partition, ChunkKey.Of(chunk.Header), () =>
        {
            foreach (var payload in payloads)
            {
                using var lines = new LineReader(payload);
                while (lines.TryRead(out var line))
                {
                    batches.Add(schema.ReadIdentity(line).Id);
                }
            }
        });
        return isReadable ? new(chunk.Header, payloads, batches) : null;
    }

    // What there is of the hour already: small segments with their blocks, and the others.
    private async Task<(List<Segment> Small, List<Opened> Blocks, List<Segment> Others)> FindSegmentsAsync(CancellationToken cancellationToken)
    {
        var (small, blocks, others) = (new List<Segment>(), new List<Opened>(), new List<Segment>());
        await foreach (var segment in _segments.HeadsAsync(partition, (hour, hour), cancellationToken))
        {
            var opened = new List<Opened>();
            foreach (var block in segment.Size <= SmallSegment && small.Count < MaxSmallSegments ? segment.Blocks.Where(block => block.Count > 0) : [])
            {
                if (await OpenAsync(new Chunk(block, default) { IsClosed = true }, cancellationToken) is { } found)
                {
                    opened.Add(found);
                }
            }

            var isWhole = opened.Count > 0 && opened.Count == segment.Blocks.Count(block => block.Count > 0);
            (isWhole ? small : others).Add(segment);
            blocks.AddRange(isWhole ? opened : []);
        }

        return (small, blocks, others);
    }

    // Records of the chunks that are in segments already. They came with batches that were there when the segment was made.
    private async Task<IReadOnlySet<RecordIdentity>> FindKnownAsync(IReadOnlyList<Opened> chunks, List<Segment> others, CancellationToken cancellationToken)
    {
        if (others.Count == 0 || schema.TermOfBatch is null)
        {
            return new HashSet<RecordIdentity>();
        }

        var youngest = others.Max(segment => BatchId.ReceivedAt(segment.Id));
        var batches = chunks.SelectMany(chunk => chunk.Batches).Where(batch => BatchId.ReceivedAt(batch.ToString("N")) <= youngest).ToHashSet();
        if (batches.Count == 0)
        {
            return new HashSet<RecordIdentity>();
        }

        var query = new ChunkQuery(partition, new TimeRange(0, DateTime.MaxValue.Ticks)) { Terms = schema.QuestionOf(batches) };
        var blocks = await _segments.ChooseAsync(others, query, cancellationToken);
        return await store.ReadIdentitiesAsync(schema, blocks.ToAsyncEnumerable(), batches, cancellationToken);
    }

    // The rows of the blocks that were filled.
    private List<TableEntity> Add(Opened chunk, SegmentBuilder builder, HashSet<RecordIdentity> known)
    {
        var rows = new List<TableEntity>();
        foreach (var payload in chunk.Payloads)
        {
            using var lines = new LineReader(payload);
            while (lines.TryRead(out var line))
            {
                var record = schema.ReadIdentity(line);
                if (known.Add(record) && builder.Add(line, record, chunk.Header.Labels) is { } row)
                {
                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    // Retention counts from when the youngest record came in.
    private static string NewId(IEnumerable<CompactionSource> sources, IEnumerable<Segment> small) => BatchId.New(
        sources.Select(source => source.Chunk.Header.Batch).Concat(small.Select(segment => segment.Id)).Max(BatchId.ReceivedAt));

    private IEnumerable<TableTransactionAction> Removals(IReadOnlyList<CompactionSource> sources, IReadOnlyList<Segment> small)
    {
        foreach (var source in sources)
        {
            yield return source.Delete();
            if (source.Chunk.Header.Parts > 0)
            {
                // They are removed right after; were that cut short, they would be found as those that nobody uses.
                yield return new(
                    TableTransactionActionType.UpdateMerge,
                    new TableEntity(partition, ChunkKey.OfPart(source.Chunk.Header.Batch, 0)) { [PartColumns.UsedBy] = PartColumns.Nobody },
                    ETag.All);
            }
        }

        // Readers may still be at their blocks: these go later.
        foreach (var segment in small)
        {
            yield return new(TableTransactionActionType.Delete, new TableEntity(partition, SegmentKey.Head(hour, segment.Id)), segment.Version);
            yield return new(TableTransactionActionType.UpsertReplace, SegmentRow.Note(segment, time.GetUtcNow()));
        }
    }

    private async Task RemovePartsAsync(IEnumerable<CompactionSource> sources, CancellationToken cancellationToken)
    {
        var removal = new RowRemoval(table, partition);
        foreach (var batch in sources.Where(source => source.Chunk.Header.Parts > 0).Select(source => source.Chunk.Header.Batch))
        {
            await removal.AddPartsAsync(batch, cancellationToken);
        }

        await removal.CompleteAsync(cancellationToken);
    }

    private sealed record Opened(ChunkHeader Header, IReadOnlyList<ReadOnlyMemory<byte>> Payloads, IReadOnlySet<Guid> Batches);
}

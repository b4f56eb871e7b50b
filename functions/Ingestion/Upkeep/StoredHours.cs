using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Segments;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Ingestion.Upkeep;

/// <summary>What there is of an hour in segments already.</summary>
/// <param name="Small">Segments that are written anew with what comes late to their hour, so that an hour does not come to have many.</param>
/// <param name="Blocks">The blocks of these.</param>
/// <param name="Others">The other segments.</param>
internal sealed record StoredHour(IReadOnlyList<Segment> Small, IReadOnlyList<OpenedChunk> Blocks, IReadOnlyList<Segment> Others);

/// <summary>Finds what there is of hours in segments already.</summary>
/// <param name="table">The table.</param>
/// <param name="store">Reads blocks.</param>
/// <param name="opener">Opens blocks.</param>
/// <param name="schema">What the records are.</param>
/// <param name="partition">Whose they are.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
internal sealed class StoredHours(TableClient table, ChunkStore store, ChunkOpener opener, ChunkSchema schema, string partition, UnreadableRows unreadable)
{
    // What is no larger is small.
    private const long SmallSegment = 8 * SegmentBuilder.BlockBytes;

    private readonly SegmentStore _segments = new(table, schema, unreadable);

    /// <summary>What there is of some hours.</summary>
    /// <param name="hours">The hours, counted from the year 1.</param>
    /// <param name="maxSmall">The most small segments of an hour.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<long, StoredHour>> FindAsync(IReadOnlyCollection<long> hours, int maxSmall, CancellationToken cancellationToken)
    {
        var segments = (await _segments.HeadsAsync(partition, (hours.Min(), hours.Max()), cancellationToken).ToListAsync(cancellationToken))
            .ToLookup(segment => segment.Hour);
        var found = new Dictionary<long, StoredHour>();
        foreach (var hour in hours)
        {
            found[hour] = await OpenAsync([.. segments[hour]], maxSmall, cancellationToken);
        }

        return found;
    }

    /// <summary>
    /// Those records of some chunks that are in segments already. They came with batches that were there when the segment was made.
    /// </summary>
    /// <param name="ids">The ids of the records of the chunks, or of their batches.</param>
    /// <param name="segments">The segments.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlySet<RecordIdentity>> FindKnownAsync(IEnumerable<Guid> ids, IReadOnlyList<Segment> segments, CancellationToken cancellationToken)
    {
        if (segments.Count == 0)
        {
            return new HashSet<RecordIdentity>();
        }

        var youngest = segments.Max(segment => BatchId.ReceivedAt(segment.Id));
        var sought = ids.Where(id => schema.TermOfBatch is null || BatchId.ReceivedAt(id.ToString("N")) <= youngest).ToHashSet();
        if (sought.Count == 0)
        {
            return new HashSet<RecordIdentity>();
        }

        var query = new ChunkQuery(partition, new TimeRange(0, DateTime.MaxValue.Ticks)) { Terms = schema.QuestionOf(sought) };
        var blocks = await _segments.ChooseAsync(segments, query, cancellationToken);
        return await store.ReadIdentitiesAsync(schema, blocks.ToAsyncEnumerable(), sought, cancellationToken);
    }

    private async Task<StoredHour> OpenAsync(IReadOnlyList<Segment> segments, int maxSmall, CancellationToken cancellationToken)
    {
        var (small, blocks, others) = (new List<Segment>(), new List<OpenedChunk>(), new List<Segment>());
        foreach (var segment in segments)
        {
            var opened = new List<OpenedChunk>();
            foreach (var block in segment.Size <= SmallSegment && small.Count < maxSmall ? segment.Blocks.Where(block => block.Count > 0) : [])
            {
                if (await opener.OpenAsync(new Chunk(block, default) { IsClosed = true }, cancellationToken) is { } found)
                {
                    opened.Add(found);
                }
            }

            var isWhole = opened.Count > 0 && opened.Count == segment.Blocks.Count(block => block.Count > 0);
            (isWhole ? small : others).Add(segment);
            blocks.AddRange(isWhole ? opened : []);
        }

        return new(small, blocks, others);
    }
}

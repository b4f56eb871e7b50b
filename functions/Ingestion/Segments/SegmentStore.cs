using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Storage;

namespace Serverless.Ingestion.Segments;

/// <summary>Finds what segments hold: a page of heads tells of a month, their indexes say which blocks may hold an answer, and only these are opened.</summary>
/// <param name="table">The table of the segments.</param>
/// <param name="schema">What their records are.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
internal sealed class SegmentStore(TableClient table, ChunkSchema schema, UnreadableRows unreadable)
{
    private const int HeadsPerPage = 1000;

    // Asking an index costs a look or two for each term: so few blocks are rather opened.
    private const int FewBlocks = 2;

    /// <summary>The blocks that may hold what a query asks for, those with the newest records first, their payloads left where they are.</summary>
    public async IAsyncEnumerable<Chunk> FindAsync(ChunkQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = ChunkRow.Filter(query.Partition, SegmentKey.HeadsBetween(query.Range));
        var heads = table.QueryAsync<TableEntity>(filter, HeadsPerPage, SegmentRow.ColumnsOfHead(query.WithMinutes), cancellationToken);
        var waiting = new List<Segment>();
        await foreach (var page in heads.AsPages().WithCancellation(cancellationToken))
        {
            if (query.Cost.Segments == 0)
            {
                query.Cost.SegmentsAsOf = page.Values.Max(row => row.Timestamp) ?? query.Cost.SegmentsAsOf;
            }

            query.Cost.Segments += page.Values.Count;
            foreach (var row in page.Values)
            {
                // Nobody asks for the key of the partition: it is known.
                row.PartitionKey = query.Partition;
                if (await unreadable.TryAsync(schema.Table, row, head => SegmentRow.ReadHead(query.Partition, head)) is { } segment)
                {
                    waiting.Add(segment);
                }
            }

            // The rest of the last hour may be on the next page.
            var isLast = page.ContinuationToken is null;
            var complete = waiting.TakeWhile(segment => isLast || segment.Hour != waiting[^1].Hour).ToList();
            waiting.RemoveRange(0, complete.Count);
            foreach (var block in await ChooseAsync(complete, query, cancellationToken))
            {
                yield return block;
            }
        }
    }

    /// <summary>The segments of some hours, both ends included.</summary>
    public IAsyncEnumerable<Segment> HeadsAsync(string partition, (long First, long Last) hours, CancellationToken cancellationToken)
    {
        var filter = ChunkRow.Filter(partition, SegmentKey.HeadsBetween(hours));
        var rows = table.QueryAsync<TableEntity>(filter, HeadsPerPage, cancellationToken: cancellationToken);
        return unreadable.ReadAsync(schema.Table, rows, row => SegmentRow.ReadHead(partition, row));
    }

    /// <summary>Those blocks of some segments of whole hours that may hold an answer, the newest first.</summary>
    public async Task<IReadOnlyList<Chunk>> ChooseAsync(IReadOnlyList<Segment> segments, ChunkQuery query, CancellationToken cancellationToken)
    {
        var candidates = segments
            .SelectMany(segment => segment.Blocks.Where(query.MayMatch).Select(block => (Segment: segment, Block: block)))
            .ToList();
        if (query.Terms is not TermQuestion.Unknown && candidates.Count > Math.Max(FewBlocks, query.Terms.Looks))
        {
            var asked = candidates.Select(candidate => candidate.Segment).Distinct().ToList();
            var found = await new IndexReader(table, query.Partition, asked, candidates.Count, query.Cost).AskAsync(query.Terms, cancellationToken);
            if (found is not null)
            {
                var places = Enumerable.Range(0, asked.Count).ToDictionary(place => asked[place], place => found[place]);
                query.Cost.Skipped += candidates.RemoveAll(candidate => (places[candidate.Segment] >> candidate.Block.Block!.Value.Number & 1) == 0);
            }
        }

        return
        [
            .. candidates
                .OrderByDescending(candidate => candidate.Block.Max)
                .Select(candidate => new Chunk(candidate.Block, default) { IsCompacted = true, IsClosed = true, StoredAt = candidate.Segment.StoredAt }),
        ];
    }
}

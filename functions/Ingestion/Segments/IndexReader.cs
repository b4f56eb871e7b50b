using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;

namespace Serverless.Ingestion.Segments;

/// <summary>
/// Asks the indexes of some segments which blocks may hold an answer. Rows that are missing, or make no sense, only make it say "maybe" more often. Each
/// term costs a look or two, so it asks for the rarest first, and stops when little is left.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="partition">Whose segments they are.</param>
/// <param name="segments">The segments.</param>
/// <param name="candidates">How many of their blocks have to be opened if their indexes are not asked.</param>
/// <param name="cost">Counts the rows.</param>
internal sealed class IndexReader(TableClient table, string partition, IReadOnlyList<Segment> segments, int candidates, ReadCost cost)
{
    private const int FewLooks = 12;
    private const int PageBytes = 1024 * 1024;
    private const int MaxRowsPerPage = 1000;

    // Opening these is as cheap as asking further.
    private const int FewBlocks = 2;

    // To ask further would cost more than to open all blocks.
    private readonly int _maxLooks = Math.Max(FewLooks, candidates);

    private int _looks;

    /// <summary>Which blocks may hold an answer: for each segment, a bit for each block. Null when all may.</summary>
    public async Task<UInt128[]?> AskAsync(TermQuestion question, CancellationToken cancellationToken) => question switch
    {
        TermQuestion.Single single => await LookAsync(single.Term, cancellationToken),
        TermQuestion.All all => await AllAsync(all.Questions, cancellationToken),
        TermQuestion.Any any => await AnyAsync(any.Questions, cancellationToken),
        _ => null,
    };

    private async Task<UInt128[]?> AllAsync(IReadOnlyList<TermQuestion> questions, CancellationToken cancellationToken)
    {
        UInt128[]? left = null;
        foreach (var question in questions)
        {
            if (left?.Sum(static blocks => (int)UInt128.PopCount(blocks)) <= FewBlocks)
            {
                break;
            }

            if (await AskAsync(question, cancellationToken) is { } found)
            {
                left = left is null ? found : [.. left.Zip(found, (first, second) => first & second)];
            }
        }

        return left;
    }

    private async Task<UInt128[]?> AnyAsync(IReadOnlyList<TermQuestion> questions, CancellationToken cancellationToken)
    {
        var all = new UInt128[segments.Count];
        foreach (var question in questions)
        {
            if (await AskAsync(question, cancellationToken) is not { } found)
            {
                return null;
            }

            all = [.. all.Zip(found, (first, second) => first | second)];
        }

        return all;
    }

    private async Task<UInt128[]?> LookAsync(ulong term, CancellationToken cancellationToken)
    {
        if (_looks >= _maxLooks)
        {
            return null;
        }

        var found = Enumerable.Repeat(UInt128.MaxValue, segments.Count).ToArray();
        var places = Enumerable.Range(0, segments.Count).ToDictionary(place => segments[place].Id, StringComparer.Ordinal);
        foreach (var alike in segments.Where(segment => segment.IndexBits >= 0).GroupBy(segment => segment.IndexBits))
        {
            _looks++;
            var bucket = IndexBucket.Of(term, alike.Key);
            var keys = SegmentKey.IndexBetween(bucket, (alike.Min(segment => segment.Hour), alike.Max(segment => segment.Hour)));
            var filter = ChunkRow.Filter(partition, keys);
            var rowsPerPage = Math.Clamp(PageBytes / alike.Max(segment => SegmentIndex.SizeOfRow(segment.Terms, segment.IndexBits)), 1, MaxRowsPerPage);
            await foreach (var row in table.QueryAsync<TableEntity>(filter, rowsPerPage, SegmentRow.IndexColumns, cancellationToken))
            {
                cost.IndexRows++;
                if (places.TryGetValue(SegmentKey.SegmentOfIndex(row.RowKey), out var place)
                    && SegmentIndex.Find(SegmentRow.ReadIndex(row), segments[place].Blocks.Count, term, alike.Key) is { } blocks)
                {
                    found[place] = blocks | segments[place].Unindexed;
                }
            }
        }

        return found;
    }
}

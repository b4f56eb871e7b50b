using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Ingestion.Segments;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Ingestion.Reading;

/// <summary>
/// Finds chunks, and blocks of segments, by what headers and indexes tell of them: reads pass over what cannot match, and take in what came a moment ago
/// as well as what was put together since.
/// </summary>
public sealed class ChunkFinder(TableServiceClient tables, ChunkStore store, UnreadableRows unreadable, TimeProvider time)
{
    // What is read of a row is at most 64 KB: this keeps a page at a few MB.
    private const int RowsPerPage = 64;
    private const int HeadersPerPage = 1000;

    // Headers with filters of up to 16 KB.
    private const int FiltersPerPage = 200;

    // Of more terms than these, one or another seems to be in so many chunks that pages of whole chunks are read faster than chunk by chunk.
    private const int FewTerms = 8;

    /// <summary>Finds chunks outside of an application, where there is no log.</summary>
    public ChunkFinder(TableServiceClient tables)
        : this(tables, new ChunkStore(tables), new UnreadableRows(tables, TimeProvider.System, NullLogger<UnreadableRows>.Instance), TimeProvider.System)
    {
    }

    /// <summary>
    /// Finds the chunks and blocks that may hold what a query asks for, those with the newest records first. What came in lately comes with its payload,
    /// unless the query is for a few terms: then headers come first, and what may hold them is opened one by one, by <see cref="ChunkStore.OpenAsync"/>.
    /// </summary>
    public IAsyncEnumerable<Chunk> FindAsync(ChunkSchema schema, ChunkQuery query, CancellationToken cancellationToken) =>
        ReadsPayloads(query)
            ? FindAsync(schema, query, ChunkRow.BeginningColumns(schema), RowsPerPage, cancellationToken)
            : FindHeadersAsync(schema, query, cancellationToken);

    /// <summary>Like <see cref="FindAsync(ChunkSchema, ChunkQuery, CancellationToken)"/>, but leaves all payloads where they are.</summary>
    public IAsyncEnumerable<Chunk> FindHeadersAsync(ChunkSchema schema, ChunkQuery query, CancellationToken cancellationToken)
    {
        var columns = ChunkRow.HeaderColumns(schema, query);
        return FindAsync(schema, query, columns, query.Terms is TermQuestion.Unknown ? HeadersPerPage : FiltersPerPage, cancellationToken);
    }

    /// <summary>
    /// Whether a read may have missed something, because chunks it had yet to come to were put together meanwhile. That takes a read of several storage
    /// pages; a shorter one is answered without a look.
    /// </summary>
    /// <param name="schema">What the chunks are.</param>
    /// <param name="query">What was read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> MayHaveMissedAsync(ChunkSchema schema, ChunkQuery query, CancellationToken cancellationToken)
    {
        if (query.Cost.Chunks < (ReadsPayloads(query) ? RowsPerPage : FiltersPerPage))
        {
            return false;
        }

        var filter = ChunkRow.Filter(query.Partition, SegmentKey.HeadsBetween(query.Range))
            + TableClient.CreateQueryFilter($" and Timestamp gt {query.Cost.SegmentsAsOf}");
        return await tables.GetTableClient(schema.Table).QueryAsync<TableEntity>(filter, 1, ["RowKey"], cancellationToken).AnyAsync(cancellationToken);
    }

    /// <summary>
    /// Which records of a chunk are stored elsewhere too, put together with others: a message that is delivered again after its hour was compacted brings back
    /// what is there already, until the next compaction.
    /// </summary>
    /// <param name="schema">What they are.</param>
    /// <param name="chunk">The chunk, which stands by itself.</param>
    /// <param name="payload">Its payload, or a part of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlySet<RecordIdentity>> FindCompactedAsync(
        ChunkSchema schema, Chunk chunk, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var batches = new HashSet<Guid>();
        await store.ReadRecordsAsync(schema, chunk, () => schema.ReadIdentities(payload, record => batches.Add(record.Id)));
        var query = new ChunkQuery(chunk.Header.Partition, new TimeRange(chunk.Header.Min, chunk.Header.Max)) { Terms = schema.QuestionOf(batches) };
        var compacted = FindHeadersAsync(schema, query, cancellationToken).Where(found => found.IsCompacted);
        return await store.ReadIdentitiesAsync(schema, compacted, batches, cancellationToken);
    }

    private static bool ReadsPayloads(ChunkQuery query) => query.Terms.Looks is 0 or > FewTerms;

    private async IAsyncEnumerable<Chunk> FindAsync(
        ChunkSchema schema, ChunkQuery query, IReadOnlyList<string> columns, int rowsPerPage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What is put together between two looks is then seen twice, and never not at all: what came in lately is looked at first.
        List<IAsyncEnumerable<Chunk>> sources = [Read(ChunkKey.NarrowBetween(query.Range)), Read(ChunkKey.WideBetween(query.Range))];
        if (query.StoredSince is null && !Settling.IsOpen(query.Range.From, time.GetUtcNow()))
        {
            sources.Add(new SegmentStore(tables.GetTableClient(schema.Table), schema, unreadable).FindAsync(query, cancellationToken));
        }

        await foreach (var chunk in MergeNewestFirstAsync(sources, cancellationToken))
        {
            yield return chunk;
        }

        IAsyncEnumerable<Chunk> Read(RowKeyRange keys)
        {
            var rows = tables.GetTableClient(schema.Table).QueryAsync<TableEntity>(ChunkRow.Filter(schema, query, keys), rowsPerPage, columns, cancellationToken);
            return unreadable.ReadAsync(schema.Table, rows, row => ChunkRow.ReadBeginning(schema, row)).Where(MayMatch);
        }

        bool MayMatch(Chunk chunk)
        {
            query.Cost.Chunks++;
            var mayMatch = query.Terms.MayMatch(term => TermFilter.MayContain(chunk.Header.Filter.Span, term));
            query.Cost.Skipped += mayMatch ? 0 : 1;
            return mayMatch;
        }
    }

    private static async IAsyncEnumerable<Chunk> MergeNewestFirstAsync(
        IReadOnlyList<IAsyncEnumerable<Chunk>> sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var readers = new List<IAsyncEnumerator<Chunk>>();
        try
        {
            foreach (var source in sources)
            {
                var reader = source.GetAsyncEnumerator(cancellationToken);
                readers.Add(reader);
                if (!await reader.MoveNextAsync())
                {
                    readers.Remove(reader);
                    await reader.DisposeAsync();
                }
            }

            while (readers.Count > 0)
            {
                var newest = readers.MaxBy(reader => reader.Current.Header.Max)!;
                yield return newest.Current;
                if (!await newest.MoveNextAsync())
                {
                    readers.Remove(newest);
                    await newest.DisposeAsync();
                }
            }
        }
        finally
        {
            foreach (var reader in readers)
            {
                await reader.DisposeAsync();
            }
        }
    }
}

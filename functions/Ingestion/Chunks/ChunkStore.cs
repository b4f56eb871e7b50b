using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Storage;

namespace Serverless.Ingestion.Chunks;

/// <summary>Keeps chunks in Table Storage: one write for a batch, whatever its size, and reads that pass over what cannot match.</summary>
public sealed class ChunkStore(TableServiceClient tables, UnreadableRows unreadable)
{
    // A chunk row is some tens of KB: this keeps a page of them at a few MB.
    private const int RowsPerPage = 64;
    private const int HeadersPerPage = 1000;

    /// <summary>Keeps chunks outside of an application, where there is no log.</summary>
    public ChunkStore(TableServiceClient tables)
        : this(tables, new UnreadableRows(tables, TimeProvider.System, NullLogger<UnreadableRows>.Instance))
    {
    }

    /// <summary>
    /// Stores a chunk. Storing it again writes the same row once more. One transaction, for chunks with staged parts too: their
    /// header and the mark on the first part that they are in use go together.
    /// </summary>
    public async Task WriteAsync(ChunkSchema schema, Chunk chunk, CancellationToken cancellationToken)
    {
        var table = tables.GetTableClient(schema.Table);
        var row = ChunkRow.Write(schema, chunk);
        if (chunk.Header.Parts == 0)
        {
            await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
            return;
        }

        var firstPart = new TableEntity(chunk.Header.Partition, ChunkKey.OfPart(chunk.Header.Batch, 0)) { [PartColumns.UsedBy] = row.RowKey };
        await table.SubmitTransactionAsync(
            [
                new(TableTransactionActionType.UpsertReplace, row),
                new(TableTransactionActionType.UpdateMerge, firstPart, ETag.All),
            ],
            cancellationToken);
    }

    /// <summary>Writes a part of a chunk that is still arriving. No reader sees it before the chunk is stored.</summary>
    public async Task WritePartAsync(
        ChunkSchema schema, string partition, string batch, int number, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var row = new TableEntity(partition, ChunkKey.OfPart(batch, number));
        if (number == 0)
        {
            row[PartColumns.UsedBy] = PartColumns.Nobody;
        }

        PayloadColumns.Write(row, payload);
        await tables.GetTableClient(schema.Table).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Removes the parts of a chunk that will not be stored after all.</summary>
    public async Task DeletePartsAsync(ChunkSchema schema, string partition, string batch, int count, CancellationToken cancellationToken)
    {
        var table = tables.GetTableClient(schema.Table);
        for (var number = 0; number < count; number++)
        {
            await table.DeleteEntityAsync(partition, ChunkKey.OfPart(batch, number), ETag.All, cancellationToken);
        }
    }

    /// <summary>
    /// Finds the chunks that may hold what a query asks for, those with the newest records first. A query for terms reads headers first, and
    /// then only the chunks that may hold them, one by one: such a chunk can be <see cref="Chunk.IsGone"/>.
    /// </summary>
    public IAsyncEnumerable<Chunk> FindAsync(ChunkSchema schema, ChunkQuery query, CancellationToken cancellationToken) =>
        query.Terms.Count == 0
            ? FindAsync(schema, query, select: null, RowsPerPage, cancellationToken)
            : FindHeadersAsync(schema, query, cancellationToken).Select(async (Chunk found, CancellationToken cancel) =>
                await GetAsync(schema, found.Header, cancel) ?? found with { IsGone = true });

    /// <summary>Like <see cref="FindAsync(ChunkSchema, ChunkQuery, CancellationToken)"/>, but leaves the payloads where they are.</summary>
    public IAsyncEnumerable<Chunk> FindHeadersAsync(ChunkSchema schema, ChunkQuery query, CancellationToken cancellationToken) =>
        FindAsync(schema, query, ChunkRow.HeaderColumns(schema), HeadersPerPage, cancellationToken)
            .Where(chunk => query.Terms.All(term => TermFilter.MayContain(chunk.Header.Terms.Span, term)));

    /// <summary>
    /// Whether a read may have missed something, because chunks it had yet to come to were put together with others it had passed. That
    /// takes a read of several storage pages; a shorter one is answered without a look.
    /// </summary>
    /// <param name="schema">What the chunks are.</param>
    /// <param name="query">What was read.</param>
    /// <param name="found">How many chunks were found.</param>
    /// <param name="lastStoredAt">When the last of them was stored: no chunk that was put together before the read is younger.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> MayHaveMissedAsync(
        ChunkSchema schema, ChunkQuery query, int found, DateTimeOffset lastStoredAt, CancellationToken cancellationToken)
    {
        if (found < RowsPerPage)
        {
            return false;
        }

        var filter = ChunkRow.CompactedFilter(schema, query with { StoredSince = lastStoredAt.AddTicks(1) });
        return await tables.GetTableClient(schema.Table).QueryAsync<TableEntity>(filter, 1, ["RowKey"], cancellationToken).AnyAsync(cancellationToken);
    }

    /// <summary>Reads one chunk whose header is known.</summary>
    public async Task<Chunk?> GetAsync(ChunkSchema schema, ChunkHeader header, CancellationToken cancellationToken)
    {
        var row = await tables.GetTableClient(schema.Table)
            .GetEntityIfExistsAsync<TableEntity>(header.Partition, ChunkKey.Of(header), cancellationToken: cancellationToken);
        return row.HasValue ? await unreadable.TryAsync(schema.Table, row.Value!, found => ChunkRow.Read(schema, found)) : null;
    }

    /// <summary>Reads the records of a payload, which is left out if it cannot be read; what was read of it before that stays.</summary>
    /// <param name="schema">What they are.</param>
    /// <param name="chunk">The chunk that they are in.</param>
    /// <param name="read">Reads them.</param>
    public Task ReadRecordsAsync(ChunkSchema schema, Chunk chunk, Action read) =>
        unreadable.TryAsync(schema.Table, chunk.Header.Partition, ChunkKey.Of(chunk.Header), read);

    /// <summary>The payloads of a chunk, one after the other: its own, or those of its staged parts. Each can be read by itself.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadPayloadsAsync(
        ChunkSchema schema, Chunk chunk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (chunk.Header.Parts == 0)
        {
            yield return chunk.Payload;
            yield break;
        }

        var keys = ChunkKey.PartsOf(chunk.Header.Batch);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {chunk.Header.Partition} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        await foreach (var row in tables.GetTableClient(schema.Table).QueryAsync<TableEntity>(filter, PartColumns.PerPage, cancellationToken: cancellationToken))
        {
            yield return PayloadColumns.Read(row);
        }
    }

    private IAsyncEnumerable<Chunk> FindAsync(
        ChunkSchema schema, ChunkQuery query, IReadOnlyList<string>? select, int rowsPerPage, CancellationToken cancellationToken)
    {
        return MergeNewestFirstAsync(Read(ChunkKey.NarrowBetween(query.Range)), Read(ChunkKey.WideBetween(query.Range)), cancellationToken);

        IAsyncEnumerable<Chunk> Read(RowKeyRange keys)
        {
            var rows = tables.GetTableClient(schema.Table).QueryAsync<TableEntity>(ChunkRow.Filter(schema, query, keys), rowsPerPage, select, cancellationToken);
            return unreadable.ReadAsync(schema.Table, rows, row => ChunkRow.Read(schema, row));
        }

        async IAsyncEnumerable<Chunk> MergeNewestFirstAsync(
            IAsyncEnumerable<Chunk> narrow, IAsyncEnumerable<Chunk> wide, [EnumeratorCancellation] CancellationToken cancel)
        {
            await using var left = narrow.GetAsyncEnumerator(cancel);
            await using var right = wide.GetAsyncEnumerator(cancel);
            var (first, second) = (await NextAsync(left), await NextAsync(right));
            while (first is not null || second is not null)
            {
                if (second is null || first?.Header.Max >= second.Header.Max)
                {
                    yield return first!;
                    first = await NextAsync(left);
                }
                else
                {
                    yield return second;
                    second = await NextAsync(right);
                }
            }
        }

        async ValueTask<Chunk?> NextAsync(IAsyncEnumerator<Chunk> rows) =>
            await rows.MoveNextAsync() ? rows.Current : null;
    }
}

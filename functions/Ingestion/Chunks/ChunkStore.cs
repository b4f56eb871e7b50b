using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Storage;

namespace Serverless.Ingestion.Chunks;

/// <summary>Keeps chunks in Table Storage: one write for a batch, whatever its size. Opens what was found.</summary>
public sealed class ChunkStore(TableServiceClient tables, UnreadableRows unreadable)
{
    /// <summary>Keeps chunks outside of an application, where there is no log.</summary>
    public ChunkStore(TableServiceClient tables)
        : this(tables, new UnreadableRows(tables, TimeProvider.System, NullLogger<UnreadableRows>.Instance))
    {
    }

    /// <summary>
    /// Stores chunks of one partition, each of a batch of its own. Storing them again writes the same rows once more. One transaction, for chunks with staged parts
    /// too: their header and the mark on the first part that they are in use go together.
    /// </summary>
    public Task WriteAsync(ChunkSchema schema, IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken)
    {
        var table = tables.GetTableClient(schema.Table);
        return chunks is [{ Header.Parts: 0 } only]
            ? table.UpsertEntityAsync(ChunkRow.Write(schema, only), TableUpdateMode.Replace, cancellationToken)
            : table.SubmitTransactionAsync(chunks.SelectMany(chunk => Actions(schema, chunk)), cancellationToken);
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

    /// <summary>A chunk with its payload, unless that is in staged parts; null when it is no longer there, because it has been put together with others meanwhile.</summary>
    public async Task<Chunk?> OpenAsync(ChunkSchema schema, Chunk chunk, CancellationToken cancellationToken)
    {
        if (!chunk.IsClosed || chunk.Header.Parts > 0)
        {
            return chunk;
        }

        var row = await tables.GetTableClient(schema.Table)
            .GetEntityIfExistsAsync<TableEntity>(chunk.Header.Partition, ChunkKey.Of(chunk.Header), cancellationToken: cancellationToken);
        if (!row.HasValue)
        {
            return null;
        }

        var found = await unreadable.TryAsync(schema.Table, row.Value!, found => ChunkRow.Read(schema, found));
        return chunk with { Payload = found?.Payload ?? default, IsClosed = false };
    }

    /// <summary>
    /// Whether a chunk is still there, so that all was read that there is of it. Those without staged parts need not be asked for: they come whole, or
    /// <see cref="OpenAsync"/> does not find them.
    /// </summary>
    /// <param name="schema">What it is.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="payloads">How many payloads were found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> IsThereAsync(ChunkSchema schema, Chunk chunk, int payloads, CancellationToken cancellationToken) =>
        payloads >= chunk.Header.Parts
        || (await tables.GetTableClient(schema.Table)
            .GetEntityIfExistsAsync<TableEntity>(chunk.Header.Partition, ChunkKey.Of(chunk.Header), ["RowKey"], cancellationToken)).HasValue;

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

        var filter = ChunkRow.Filter(chunk.Header.Partition, ChunkKey.PartsOf(chunk.Header.Batch));
        await foreach (var row in tables.GetTableClient(schema.Table).QueryAsync<TableEntity>(filter, PartColumns.PerPage, cancellationToken: cancellationToken))
        {
            yield return PayloadColumns.Read(row);
        }
    }

    /// <summary>The records of some chunks or blocks that came with one of some batches.</summary>
    public async Task<IReadOnlySet<RecordIdentity>> ReadIdentitiesAsync(
        ChunkSchema schema, IAsyncEnumerable<Chunk> chunks, IReadOnlySet<Guid> batches, CancellationToken cancellationToken)
    {
        var identities = new HashSet<RecordIdentity>();
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            if (await OpenAsync(schema, chunk, cancellationToken) is { } opened)
            {
                await ReadRecordsAsync(schema, opened, () => schema.ReadIdentities(opened.Payload, AddIfOfThese));
            }
        }

        return identities;

        void AddIfOfThese(RecordIdentity record)
        {
            if (batches.Contains(record.Id))
            {
                identities.Add(record);
            }
        }
    }

    private static IEnumerable<TableTransactionAction> Actions(ChunkSchema schema, Chunk chunk)
    {
        var row = ChunkRow.Write(schema, chunk);
        yield return new(TableTransactionActionType.UpsertReplace, row);
        if (chunk.Header.Parts > 0)
        {
            var firstPart = new TableEntity(chunk.Header.Partition, ChunkKey.OfPart(chunk.Header.Batch, 0)) { [PartColumns.UsedBy] = row.RowKey };
            yield return new(TableTransactionActionType.UpdateMerge, firstPart, ETag.All);
        }
    }
}

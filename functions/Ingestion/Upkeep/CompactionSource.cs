using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;

namespace Serverless.Ingestion.Upkeep;

/// <summary>A stored chunk that is to be put together with others, at the version it was read.</summary>
/// <param name="Chunk">The chunk.</param>
/// <param name="Version">The version of its row.</param>
internal sealed record CompactionSource(Chunk Chunk, ETag Version)
{
    /// <summary>Reads a row.</summary>
    public static CompactionSource Read(ChunkSchema schema, TableEntity row) => new(ChunkRow.Read(schema, row), row.ETag);

    /// <summary>Reads a row of which the beginning was asked for.</summary>
    public static CompactionSource ReadBeginning(ChunkSchema schema, TableEntity row) => new(ChunkRow.ReadBeginning(schema, row), row.ETag);

    /// <summary>How many bytes its payload has at most, as far as its row tells.</summary>
    public long MaxSize => Chunk.Header.Parts > 0 ? (long)Chunk.Header.Parts * PayloadColumns.MaxBytes : Chunk.IsClosed ? PayloadColumns.MaxBytes : Chunk.Payload.Length;

    /// <summary>Removes the row, provided that it is still the same.</summary>
    public TableTransactionAction Delete() =>
        new(TableTransactionActionType.Delete, new TableEntity(Chunk.Header.Partition, ChunkKey.Of(Chunk.Header)), Version);

    /// <summary>
    /// Removes the row, provided that it is still the same, and marks its staged parts as nobody's. They are removed right after; were that cut short, they would
    /// be found as those that nobody uses.
    /// </summary>
    public IEnumerable<TableTransactionAction> Remove()
    {
        yield return Delete();
        if (Chunk.Header.Parts > 0)
        {
            var firstPart = new TableEntity(Chunk.Header.Partition, ChunkKey.OfPart(Chunk.Header.Batch, 0)) { [PartColumns.UsedBy] = PartColumns.Nobody };
            yield return new(TableTransactionActionType.UpdateMerge, firstPart, ETag.All);
        }
    }
}

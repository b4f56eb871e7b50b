using Microsoft.Extensions.Logging;

namespace Serverless.Ingestion.Chunks;

/// <summary>Where batches come in.</summary>
public sealed class ChunkUploads(ChunkStore store, ChunkQueue queue, TimeProvider time, ILogger<ChunkUpload> logger)
{
    /// <summary>Begins a batch.</summary>
    /// <param name="schema">What its records are.</param>
    public ChunkUpload Begin(ChunkSchema schema) => new(schema, BatchId.New(time.GetUtcNow()), isRepeatable: false, store, queue, logger);

    /// <summary>Begins a batch that its sender may repeat.</summary>
    /// <param name="schema">What its records are.</param>
    /// <param name="batch">The id of an earlier try; null when this is the first.</param>
    public ChunkUpload BeginRepeatable(ChunkSchema schema, string? batch) =>
        new(schema, batch ?? BatchId.New(time.GetUtcNow()), isRepeatable: true, store, queue, logger);
}

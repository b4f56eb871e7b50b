using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Ingestion.Chunks;

namespace Serverless.Benchmarks.Core;

/// <summary>Uploads whose storage is never reached.</summary>
internal static class Uploads
{
    private const string Nowhere = "UseDevelopmentStorage=true";

    private static readonly ChunkUploads Begun = new(
        new ChunkStore(new TableServiceClient(Nowhere)), new ChunkQueue(new QueueServiceClient(Nowhere)), TimeProvider.System, NullLogger<ChunkUpload>.Instance);

    /// <summary>Begins one.</summary>
    public static ChunkUpload Begin(ChunkSchema schema) => Begun.Begin(schema);

    /// <summary>Ends one where it would be sent: with the header and the payload in hand.</summary>
    /// <returns>How many records it has.</returns>
    public static int Finish(ChunkUpload upload)
    {
        var (header, payload) = (upload.Chunk.Header("000000000000"), upload.Chunk.FinishPart());
        var count = payload.IsEmpty ? 0 : header.Count;
        upload.DisposeAsync().AsTask().Wait();
        return count;
    }

    /// <summary>Ends one with its header alone: what has not been compressed by then never is.</summary>
    /// <returns>How many records it has.</returns>
    public static int Drop(ChunkUpload upload)
    {
        var header = upload.Chunk.Header("000000000000");
        upload.DisposeAsync().AsTask().Wait();
        return header.Count;
    }
}

using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Ingestion.Chunks;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>Batches of which nothing is staged or sent.</summary>
internal static class UnsentUploads
{
    private const string Nowhere = "UseDevelopmentStorage=true";

    private static readonly ChunkUploads Uploads = new(
        new ChunkStore(new TableServiceClient(Nowhere)), new ChunkQueue(new QueueServiceClient(Nowhere)), TimeProvider.System, NullLogger<ChunkUpload>.Instance);

    /// <summary>Begins one.</summary>
    /// <param name="schema">What its records are.</param>
    public static ChunkUpload Begin(ChunkSchema schema) => Uploads.Begin(schema);
}

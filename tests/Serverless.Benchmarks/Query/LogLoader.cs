using Azure.Data.Tables;
using Serverless.Benchmarks.Core;
using Serverless.Ingestion.Chunks;
using Serverless.Json;
using Serverless.Logs;
using Serverless.Logs.Entries;
using Serverless.Redaction;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Query;

/// <summary>Puts a day of entries into the product's table: by its own readers and its own store, without HTTP and queue.</summary>
internal static class LogLoader
{
    private const int Writers = 4;

    /// <summary>Loads a day.</summary>
    /// <param name="account">The storage.</param>
    /// <param name="organization">Whose entries they are.</param>
    /// <param name="day">The day.</param>
    public static async Task LoadAsync(StorageAccount account, string organization, LogDay day)
    {
        var store = new ChunkStore(new TableServiceClient(account.Direct.ConnectionString));
        await Parallel.ForEachAsync(day.Batches(), new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (body, cancellationToken) =>
            await store.WriteAsync(LogChunks.Schema, [await ReadAsync(organization, body)], cancellationToken));
    }

    private static async Task<Chunk> ReadAsync(string organization, byte[] body)
    {
        using var buffer = new JsonBuffer(new MemoryStream(body));
        await using var upload = Uploads.Begin(LogChunks.Schema);
        await new LogBatchReader(buffer, upload, RedactionRules.None).ReadAsync(CancellationToken.None);
        return new(upload.Chunk.Header(organization), upload.Chunk.TakePart());
    }
}

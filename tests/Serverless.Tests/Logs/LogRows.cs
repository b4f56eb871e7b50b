using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Logs;
using Serverless.Logs.Entries;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Times;

namespace Serverless.Tests.Logs;

/// <summary>The rows of the logs table, and the function that keeps them in order.</summary>
internal static class LogRows
{
    /// <summary>Runs the timer function once.</summary>
    public static async Task RunUpkeepAsync(this ServerlessHost host, CancellationToken cancellationToken = default)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<LogStorageFunctions>(scope.ServiceProvider).KeepAsync(new TimerInfo(), cancellationToken);
    }

    /// <summary>Stores chunks as the queue's function does.</summary>
    public static async Task StoreAsync(this LogClient logs, params IEnumerable<Chunk> chunks)
    {
        var store = new ChunkStore(logs.Tables());
        foreach (var chunk in chunks)
        {
            await store.WriteAsync(LogChunks.Schema, [chunk], CancellationToken.None);
        }
    }

    /// <summary>All chunks and blocks of the organization with their payloads, newest first.</summary>
    public static async Task<IReadOnlyList<Chunk>> ChunksAsync(this LogClient logs)
    {
        var store = new ChunkStore(logs.Tables());
        return await new ChunkFinder(logs.Tables())
            .FindAsync(LogChunks.Schema, new ChunkQuery(logs.Organization, new TimeRange(0, DateTime.MaxValue.Ticks)) { WithMinutes = true }, CancellationToken.None)
            .Select(async (Chunk chunk, CancellationToken cancellationToken) => (await store.OpenAsync(LogChunks.Schema, chunk, cancellationToken))!)
            .ToListAsync();
    }

    /// <summary>The row keys of all the organization has, staged parts included.</summary>
    public static async Task<IReadOnlyList<string>> RowKeysAsync(this LogClient logs) =>
        await logs.Tables().GetTableClient(TableNames.Logs)
            .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {logs.Organization}"), select: ["RowKey"])
            .Select(row => row.RowKey)
            .ToListAsync();

    /// <summary>Every entry that there is, as it is stored, in order.</summary>
    public static IReadOnlyList<string> Lines(this IEnumerable<Chunk> chunks) => [.. chunks.SelectMany(LogChunk.Lines).Order(StringComparer.Ordinal)];

    private static TableServiceClient Tables(this LogClient logs) => new(logs.Account.Direct.ConnectionString);
}

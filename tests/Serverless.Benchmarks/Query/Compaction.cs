using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Upkeep;
using Serverless.Logs;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;

namespace Serverless.Benchmarks.Query;

/// <summary>Upkeep, as the timers run it.</summary>
internal static class Compaction
{
    /// <summary>Compacts all hours of log entries that are over.</summary>
    public static Task OfLogsAsync(StorageAccount account)
    {
        var tables = new TableServiceClient(account.ConnectionString);
        return new LogUpkeep(
            tables, new ChunkStore(tables), Options.Create(new LogRetentionOptions()), Unreadable(tables), Aside(tables), TimeProvider.System, NullLogger<ChunkUpkeep>.Instance)
            .RunAsync(CancellationToken.None);
    }

    /// <summary>Compacts all hours of events that are over.</summary>
    public static Task OfEventsAsync(StorageAccount account)
    {
        var tables = new TableServiceClient(account.ConnectionString);
        return new TraceUpkeep(
            tables, new ChunkStore(tables), Options.Create(new TraceRetentionOptions()), Unreadable(tables), Aside(tables), TimeProvider.System, NullLogger<ChunkUpkeep>.Instance)
            .RunAsync(CancellationToken.None);
    }

    private static UnreadableRows Unreadable(TableServiceClient tables) => new(tables, TimeProvider.System, NullLogger<UnreadableRows>.Instance);

    private static RowsAside Aside(TableServiceClient tables) => new(tables, NullLogger<RowsAside>.Instance);
}

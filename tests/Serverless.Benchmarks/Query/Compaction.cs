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
    /// <summary>Compacts log entries, all of which are of hours that are over.</summary>
    public static Task OfLogsAsync(StorageAccount account)
    {
        var tables = new TableServiceClient(account.ConnectionString);
        var upkeep = new LogUpkeep(
            tables, new ChunkStore(tables), Options.Create(new LogRetentionOptions()), Unreadable(tables), Aside(tables), TimeProvider.System, NullLogger<ChunkUpkeep>.Instance);
        return RunAsync(tables.GetTableClient(TableNames.Logs), upkeep.RunAsync);
    }

    /// <summary>Compacts events, all of which are of hours that are over.</summary>
    public static Task OfEventsAsync(StorageAccount account)
    {
        var tables = new TableServiceClient(account.ConnectionString);
        var upkeep = new TraceUpkeep(
            tables, new ChunkStore(tables), Options.Create(new TraceRetentionOptions()), Unreadable(tables), Aside(tables), TimeProvider.System, NullLogger<ChunkUpkeep>.Instance);
        return RunAsync(tables.GetTableClient(TableNames.Traces), upkeep.RunAsync);
    }

    // A run takes five minutes at most; chunks that came in have keys that begin so.
    private static async Task RunAsync(TableClient table, Func<CancellationToken, Task> upkeep)
    {
        do
        {
            await upkeep(CancellationToken.None);
        }
        while (await table.QueryAsync<TableEntity>("RowKey ge 'n' and RowKey lt 'o'", maxPerPage: 1, ["RowKey"]).AnyAsync());
    }

    private static UnreadableRows Unreadable(TableServiceClient tables) => new(tables, TimeProvider.System, NullLogger<UnreadableRows>.Instance);

    private static RowsAside Aside(TableServiceClient tables) => new(tables, NullLogger<RowsAside>.Instance);
}

using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Looks after the chunks of one surface: compacts those of past hours, divides those of many, and removes what is past retention, partition by partition.
/// A run takes a bounded time; what it does not get to, the next one does.
/// </summary>
/// <param name="tables">The account's tables.</param>
/// <param name="store">Reads chunks.</param>
/// <param name="schema">The chunks.</param>
/// <param name="retention">How long records are kept.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
/// <param name="aside">Takes what was noted.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Says what was done.</param>
public sealed partial class ChunkUpkeep(
    TableServiceClient tables, ChunkStore store, ChunkSchema schema, TimeSpan retention, UnreadableRows unreadable, RowsAside aside, TimeProvider time, ILogger<ChunkUpkeep> logger)
{
    private readonly TableClient _table = tables.GetTableClient(schema.Table);

    /// <summary>What else there is in a partition that is not kept for good.</summary>
    internal IReadOnlyList<AgingRows> Besides { get; init; } = [];

    /// <summary>What else there is to be put right in a partition, before its hours are compacted; says how many records were taken out.</summary>
    internal Func<TableClient, string, CancellationToken, Task<int>> PutRight { get; init; } = static (_, _, _) => Task.FromResult(0);

    /// <summary>Does what is due, at most for five minutes.</summary>
    /// <param name="cancellationToken">Ends the run between two transactions.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Azure.RequestFailedException">The table cannot be read.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var walk = new PartitionWalk(_table, RowDeletion.Columns, time);
        if (await walk.RunAsync(token => aside.SetAsideAsync(schema.Table, token), KeepAsync, cancellationToken) is { } partition)
        {
            Log.OutOfTime(logger, schema.Table, partition);
        }
    }

    private async Task KeepAsync(TableEntity first, CancellationToken cancellationToken)
    {
        var partition = first.PartitionKey;
        var now = time.GetUtcNow();
        try
        {
            var past = new ChunkRetention(_table, schema, partition);
            var removed = await past.RunAsync(now, retention, first.RowKey, cancellationToken);
            foreach (var rows in Besides)
            {
                removed += await past.RemoveAsync(rows, now, cancellationToken);
            }

            var repeated = await PutRight(_table, partition, cancellationToken);
            var division = new ChunkDivision(_table, store, schema, partition, now - retention, unreadable, time);
            var wide = await new WideChunks(_table, schema, partition, division, unreadable).RunAsync(now, retention, cancellationToken);
            removed += wide.Removed;

            // What was divided may be put together with what came in of the same hours.
            var replaced = wide.Divided + await new ChunkCompaction(_table, store, schema, partition, division, unreadable, time).RunAsync(cancellationToken);
            if (removed + repeated + replaced > 0)
            {
                Log.Kept(logger, schema.Table, partition, removed, repeated, replaced);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The others shall not suffer for it.
            Log.Failed(logger, failure, schema.Table, partition);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Table}/{Partition}: {Removed} rows past retention removed, {Repeated} repeated records taken out, {Replaced} chunks compacted")]
        public static partial void Kept(ILogger logger, string table, string partition, int removed, int repeated, int replaced);

        [LoggerMessage(2, LogLevel.Warning, "Upkeep of {Table} ran out of time at {Partition}; the next run goes on from there")]
        public static partial void OutOfTime(ILogger logger, string table, string partition);

        [LoggerMessage(3, LogLevel.Error, "Upkeep of {Table}/{Partition} failed; the next run tries again")]
        public static partial void Failed(ILogger logger, Exception failure, string table, string partition);
    }
}

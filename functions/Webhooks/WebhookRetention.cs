using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Storage;
using Serverless.Webhooks.Deliveries;

namespace Serverless.Webhooks;

/// <summary>
/// Removes messages and deliveries that are past retention, once a day, of one workspace after another. They are ranges of keys of their own: one of messages, and one of
/// deliveries for each receiver. A run takes a bounded time; what it does not get to, the next one does.
/// </summary>
public sealed partial class WebhookRetention(TableServiceClient tables, TimeProvider time, ILogger<WebhookRetention> logger)
{
    private const char EndOfKeys = '~';

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    private readonly TableClient _table = tables.GetTableClient(TableNames.Webhooks);

    /// <summary>Removes what is due, if a round is due or under way.</summary>
    /// <param name="before">What happened before is past retention.</param>
    /// <param name="cancellationToken">Ends it between two transactions; the next run goes on.</param>
    /// <returns>How many rows were removed.</returns>
    public async Task<int> RunAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (started, removed) = (time.GetTimestamp(), 0);
        var round = new UpkeepRound(_table, time);
        var (place, _) = await round.ReadAsync(cancellationToken);
        if (place is null)
        {
            return 0;
        }

        var last = place.Length > 0 ? place : UpkeepRound.Partition;
        while (await FirstAsync(TableClient.CreateQueryFilter($"PartitionKey gt {last}"), cancellationToken) is { } first)
        {
            if (time.GetElapsedTime(started) >= LongestRun)
            {
                Log.OutOfTime(logger, last);
                await round.MoveAsync(last, cancellationToken);
                return removed;
            }

            last = first.PartitionKey;
            removed += await RemoveAsync(last, DeliveryKey.InvertedTime(before), cancellationToken);
        }

        await round.EndAsync(cancellationToken);
        return removed;
    }

    private async Task<int> RemoveAsync(string workspace, string before, CancellationToken cancellationToken)
    {
        var removed = await RemoveAsync(workspace, DeliveryKey.Message, before, cancellationToken);
        var last = DeliveryKey.Delivery;
        while (await FirstAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {last} and RowKey lt {RowKeyRange.After(DeliveryKey.Delivery)}"), cancellationToken) is { } first)
        {
            var receiver = $"{DeliveryKey.Delivery}{first.RowKey[DeliveryKey.Delivery.Length..].Split('-', 2)[0]}-";
            removed += await RemoveAsync(workspace, receiver, before, cancellationToken);
            last = receiver + EndOfKeys;
        }

        return removed;
    }

    // Earlier times sort later.
    private Task<int> RemoveAsync(string workspace, string prefix, string before, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {prefix + before + EndOfKeys} and RowKey lt {prefix + EndOfKeys}");
        return _table.DeleteAsync(_table.QueryAsync<TableEntity>(filter, select: RowDeletion.Columns, cancellationToken: cancellationToken), cancellationToken);
    }

    private ValueTask<TableEntity?> FirstAsync(string filter, CancellationToken cancellationToken) =>
        _table.QueryAsync<TableEntity>(filter, maxPerPage: 1, RowDeletion.Columns, cancellationToken).FirstOrDefaultAsync(cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Upkeep of webhooks ran out of time at {Workspace}; the next run goes on from there")]
        public static partial void OutOfTime(ILogger logger, string workspace);
    }
}

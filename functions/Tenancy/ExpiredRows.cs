using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>
/// Sets aside rows that cannot be read, and removes what has served its time: requests that may no longer be repeated, sessions that have ended, and the counters of client
/// addresses that stayed away. Each a day after it stopped to matter, so that no limit and no clock is touched by it.
/// </summary>
public sealed class ExpiredRows(TableServiceClient tables, RowsAside aside, TimeProvider time)
{
    private const int RowsPerPage = 1000;
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <summary>Removes what is due. Interrupted, it goes on the next time.</summary>
    /// <returns>How many rows were removed or set aside.</returns>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Grace;
        var (requests, afterRequests) = (TenantRows.Idempotency(""), TenantRows.Idempotency("~"));
        var repeatable = TableClient.CreateQueryFilter($"ExpiresAt lt {before} and RowKey ge {requests} and RowKey lt {afterRequests}");
        var sessions = TableClient.CreateQueryFilter($"ExpiresAt lt {before} and Prefix eq {KeyPrefix.Session}");
        var clients = TableClient.CreateQueryFilter($"Timestamp lt {before}");
        return await RemoveAsync(TableNames.Tenants, repeatable, cancellationToken)
            + await RemoveAsync(TableNames.Tenants, sessions, cancellationToken)
            + await RemoveAsync(TableNames.Clients, clients, cancellationToken)
            + await SetAsideAsync(cancellationToken);
    }

    // The tables of chunks are looked after by their own upkeep.
    private async Task<int> SetAsideAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var name in TableNames.All.Except([TableNames.Logs, TableNames.Traces], StringComparer.Ordinal))
        {
            count += await aside.SetAsideAsync(name, cancellationToken);
        }

        return count;
    }

    private async Task<int> RemoveAsync(string name, string filter, CancellationToken cancellationToken)
    {
        var table = tables.GetTableClient(name);
        var removed = 0;
        await foreach (var row in table.QueryAsync<TableEntity>(filter, RowsPerPage, ["PartitionKey", "RowKey"], cancellationToken))
        {
            try
            {
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
                removed++;
            }
            catch (RequestFailedException failure) when (failure.Status == 412)
            {
                // It has just been used again.
            }
        }

        return removed;
    }
}

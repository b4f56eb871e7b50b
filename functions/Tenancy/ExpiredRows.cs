using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>
/// Sets aside rows that cannot be read, and removes what has served its time: requests that may no longer be repeated, sessions that have ended, and the counters of client
/// addresses that stayed away. Each a day after it stopped to matter, so that no limit and no clock is touched by it. Changes of alerts go when they say so.
/// </summary>
public sealed class ExpiredRows(TableServiceClient tables, AccountUpkeep accounts, RowsAside aside, TimeProvider time)
{
    /// <summary>How long what has served its time is kept still.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    private readonly ExpirySweep _clients = new(tables.GetTableClient(TableNames.Clients), time);
    private readonly ExpirySweep _alerts = new(tables.GetTableClient(TableNames.Alerts), time);

    /// <summary>Removes what is due, once a day. Interrupted, or out of time, it goes on the next time.</summary>
    /// <returns>How many rows were removed or set aside.</returns>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken) =>
        await accounts.RunAsync(cancellationToken)
        + await _clients.RunAsync(TableClient.CreateQueryFilter($"Timestamp lt {time.GetUtcNow() - Grace}"), cancellationToken)
        + await _alerts.RunAsync(TableClient.CreateQueryFilter($"ExpiresAt lt {time.GetUtcNow()}"), cancellationToken)
        + await SetAsideAsync(cancellationToken);

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
}

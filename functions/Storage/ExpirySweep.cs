using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// Removes from a table what has served its time, once a day. That goes through all of the table: for one whose rows hardly outlive a day, so that each is
/// passed a few times at most. A run takes a bounded time; what it does not get to, the next one does.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="time">The clock.</param>
internal sealed class ExpirySweep(TableClient table, TimeProvider time)
{
    /// <summary>How long a run may take: half of what the Functions host allows, and less than there is between two runs.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    private const int RowsAtOnce = 1000;

    private readonly UpkeepRound _round = new(table, time);

    /// <summary>Removes what is due, if a round is due or under way. Rows that are written meanwhile stay.</summary>
    /// <param name="due">The filter that says which rows are due.</param>
    /// <param name="cancellationToken">Ends it; the next run goes on.</param>
    /// <returns>How many rows were removed.</returns>
    public async Task<int> RunAsync(string due, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (place, _) = await _round.ReadAsync(cancellationToken);
        var removed = 0;
        while (place is not null && time.GetElapsedTime(started) < LongestRun)
        {
            var from = place.Length > 0 ? place : RowKeyRange.After(UpkeepRound.Partition);
            var filter = $"{TableClient.CreateQueryFilter($"PartitionKey ge {from}")} and {due}";
            var rows = await table.QueryAsync<TableEntity>(filter, RowsAtOnce, RowDeletion.Columns, cancellationToken).Take(RowsAtOnce).ToListAsync(cancellationToken);
            removed += await table.DeleteUnchangedAsync(rows.ToAsyncEnumerable(), cancellationToken);
            if (rows.Count < RowsAtOnce)
            {
                await _round.EndAsync(cancellationToken);
                return removed;
            }

            place = rows[^1].PartitionKey;
            await _round.MoveAsync(place, cancellationToken);
        }

        return removed;
    }
}

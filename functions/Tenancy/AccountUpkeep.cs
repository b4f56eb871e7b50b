using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>
/// Goes through all accounts once a day: lists those that are not listed, and removes their sessions and repeatable requests whose time is over. Of an account these
/// lie in one range of keys, and none lives longer than two days: each is passed a few times, whatever else there is. A run takes a bounded time; what it
/// does not get to, the next one does.
/// </summary>
public sealed class AccountUpkeep(Ledgers ledgers, AccountDirectory directory, TimeProvider time)
{
    private const int AccountsAtOnce = 100;
    private const int RowsPerPage = 1000;

    private readonly TableClient _table = ledgers.Tenants.Table;
    private readonly UpkeepRound _round = new(ledgers.Tenants.Table, time);

    /// <summary>Does what is due, if a round is due or under way.</summary>
    /// <param name="cancellationToken">Ends it between two transactions; the next run goes on.</param>
    /// <returns>How many rows were removed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ExpirySweep.LongestRun, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var removed = 0;
        try
        {
            var (place, _) = await _round.ReadAsync(either.Token);
            while (place is not null)
            {
                var some = await directory.WalkAsync(place, either.Token).Take(AccountsAtOnce).ToListAsync(either.Token);
                foreach (var (id, _) in some)
                {
                    removed += await RemoveExpiredAsync(id, either.Token);
                }

                var last = some.Count < AccountsAtOnce ? null : some[^1].Id;
                await directory.PutRightAsync(place, last, [.. some.Select(walked => walked.Account).OfType<Account>()], either.Token);
                await (last is null ? _round.EndAsync(either.Token) : _round.MoveAsync(last, either.Token));
                place = last;
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The next run goes on.
        }

        return removed;
    }

    // The account's own partition, and those beside it.
    private Task<int> RemoveExpiredAsync(string account, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - ExpiredRows.Grace;
        var (partitions, requests) = (RowKeyRange.StartingWith(account), RowKeyRange.StartingWith(TenantRows.Idempotency("")));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {partitions.From} and PartitionKey lt {partitions.To} and ExpiresAt lt {before} and (Prefix eq {KeyPrefix.Session} or (RowKey ge {requests.From} and RowKey lt {requests.To}))");
        return _table.DeleteUnchangedAsync(_table.QueryAsync<TableEntity>(filter, RowsPerPage, RowDeletion.Columns, cancellationToken), cancellationToken);
    }
}

using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>
/// Which accounts there are: a row each in a partition of their kind, so that nothing else has to be passed to list them. A row is written before its account,
/// so that an account never lacks it, wherever a process is killed; a row without an account means nothing. Accounts of the version before lack theirs until
/// upkeep has gone through the table once: up to there the rows tell, and beyond it the accounts themselves do.
/// </summary>
public sealed class AccountDirectory(Ledgers ledgers, TimeProvider time)
{
    // Longer than anybody takes to make an account.
    private static readonly TimeSpan Settling = TimeSpan.FromDays(1);

    private readonly TableClient _table = ledgers.Tenants.Table;
    private readonly UpkeepRound _round = new(ledgers.Tenants.Table, time);
    private volatile bool _isWhole;

    /// <summary>Lists an account that is about to be made. To list it twice is no error.</summary>
    internal Task AddAsync(AccountKind kind, string id) => _table.UpsertEntityAsync(new TableEntity(TenantRows.DirectoryOf(kind), id), TableUpdateMode.Replace);

    /// <summary>Takes an account out of the list that is gone for good.</summary>
    internal Task RemoveAsync(AccountKind kind, string id, CancellationToken cancellationToken) =>
        _table.DeleteEntityAsync(TenantRows.DirectoryOf(kind), id, ETag.All, cancellationToken);

    /// <summary>The accounts of a kind, in the order of their ids: one transaction each, and one for each of the others that the list does not reach yet.</summary>
    /// <param name="kind">Organizations, or agents.</param>
    /// <param name="after">The id after which the list begins; null for the first.</param>
    /// <param name="atOnce">How many are read at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async IAsyncEnumerable<Account> ReadAsync(
        AccountKind kind, string? after, int atOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = await FindEndAsync(cancellationToken);
        await foreach (var ids in ListAsync(kind, after ?? "", end, atOnce, cancellationToken).Chunk(atOnce).WithCancellation(cancellationToken))
        {
            foreach (var view in await Task.WhenAll(ids.Select(id => ledgers.Tenants.FindAsync(id, TenantRows.Account, cancellationToken))))
            {
                if (view is not null && Account.Read(view) is { } account && account.Kind == kind)
                {
                    yield return account;
                }
            }
        }

        var walk = end is null ? AsyncEnumerable.Empty<WalkedAccount>() : WalkAsync(Later(after ?? "", end), cancellationToken);
        await foreach (var (_, account) in walk.WithCancellation(cancellationToken))
        {
            if (account?.Kind == kind)
            {
                yield return account;
            }
        }
    }

    /// <summary>Goes through the accounts that there are, whatever is listed: one transaction each.</summary>
    /// <param name="after">The id after which it begins; empty for the first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async IAsyncEnumerable<WalkedAccount> WalkAsync(string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // The account's own row is the first of its partition; what it has in partitions beside that one is passed over.
            var from = after.Length > 0 ? RowKeyRange.After(after) : TenantIds.FirstAccount;
            var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {TenantIds.EndOfAccounts}");
            var (row, view) = await ledgers.Tenants.QueryAsync(filter, rowsPerPage: 1, cancellationToken).FirstOrDefaultAsync(cancellationToken);
            if (view is null)
            {
                yield break;
            }

            after = TenantIds.AccountOf(view.Partition);
            yield return new(after, row == TenantRows.Account ? Account.Read(view) : null);
        }
    }

    /// <summary>Puts the list right between two accounts: lists those that lack, and takes out those that never came to be.</summary>
    /// <param name="after">The id before the first.</param>
    /// <param name="last">The last id; null for all that come.</param>
    /// <param name="accounts">The accounts between them, as they were a moment ago.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task PutRightAsync(string after, string? last, IReadOnlyList<Account> accounts, CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<AccountKind>())
        {
            var listed = await QueryAsync(kind, after, last, cancellationToken).ToDictionaryAsync(row => row.RowKey, StringComparer.Ordinal, cancellationToken);
            var ids = accounts.Where(account => account.Kind == kind).Select(account => account.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var missing in ids.Where(id => !listed.ContainsKey(id)).Chunk(100))
            {
                await _table.SubmitTransactionAsync(
                    missing.Select(id => new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity(TenantRows.DirectoryOf(kind), id))), cancellationToken);
            }

            var before = time.GetUtcNow() - Settling;
            await _table.DeleteUnchangedAsync(
                listed.Values.Where(row => !ids.Contains(row.RowKey) && row.Timestamp < before).ToAsyncEnumerable(), cancellationToken);
        }
    }

    // Up to where the list is whole; null for all of it. Once it is that, it stays so.
    private async Task<string?> FindEndAsync(CancellationToken cancellationToken)
    {
        if (_isWhole)
        {
            return null;
        }

        var (place, hasEnded) = await _round.ReadAsync(cancellationToken);
        _isWhole = hasEnded;
        return hasEnded ? null : place;
    }

    private IAsyncEnumerable<string> ListAsync(AccountKind kind, string after, string? last, int rowsPerPage, CancellationToken cancellationToken) =>
        QueryAsync(kind, after, last, cancellationToken, rowsPerPage).Select(row => row.RowKey);

    private AsyncPageable<TableEntity> QueryAsync(AccountKind kind, string after, string? last, CancellationToken cancellationToken, int rowsPerPage = 1000)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {TenantRows.DirectoryOf(kind)} and RowKey gt {after} and RowKey le {last ?? TenantIds.EndOfAccounts}");
        return _table.QueryAsync<TableEntity>(filter, rowsPerPage, ["PartitionKey", "RowKey", "Timestamp"], cancellationToken);
    }

    private static string Later(string first, string second) => string.CompareOrdinal(first, second) < 0 ? second : first;
}

/// <summary>An id that was come across in the table of accounts.</summary>
/// <param name="Id">The id.</param>
/// <param name="Account">The account; null when there is none, or none any more.</param>
internal readonly record struct WalkedAccount(string Id, Account? Account);

using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>How far the data of something that was deleted has been removed.</summary>
/// <param name="Id">The organization or the project.</param>
/// <param name="RemovedRows">How many rows were removed: at least so many, for a run that was killed may have said less than it did.</param>
/// <param name="BeganAt">When it was deleted.</param>
/// <param name="ClearedAt">When there was nothing left for the first time; null before that.</param>
/// <param name="EndedAt">From when on nothing can come any more; null before that.</param>
public sealed record Erasure(string Id, long RemovedRows, DateTimeOffset BeganAt, DateTimeOffset? ClearedAt, DateTimeOffset? EndedAt);

/// <summary>
/// What was deleted, for good: a row each, by which late messages are known, and a second row, written with it, for as long as there is work left. The rows come
/// before anything else that deletes: whatever is cut short after them is gone on with.
/// </summary>
public sealed class Erasures(Ledgers ledgers, TimeProvider time) : IErasedTenants
{
    private const string Partition = "-erasures";
    private const string FirstPending = "pending-";
    private static readonly RowKeyRange Pending = RowKeyRange.StartingWith(FirstPending);

    private readonly TableClient _table = ledgers.Tenants.Table;

    /// <summary>The erasure of an organization or a project; null when it was not deleted.</summary>
    public async Task<Erasure?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(Partition, id, cancellationToken: cancellationToken) is { HasValue: true, Value: { } row } ? Read(row) : null;

    /// <inheritdoc/>
    public async Task<bool> IsErasedAsync(string tenant)
    {
        // With an organization go its projects.
        var organization = TenantIds.OrganizationOf(tenant) ?? tenant;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and (RowKey eq {tenant} or RowKey eq {organization})");
        return await _table.QueryAsync<TableEntity>(filter, maxPerPage: 1, RowDeletion.Columns).AnyAsync();
    }

    /// <summary>Begins to erase something. What has begun stays as it is.</summary>
    internal async Task<Erasure> BeginAsync(string id)
    {
        var erasure = new Erasure(id, RemovedRows: 0, time.GetUtcNow(), ClearedAt: null, EndedAt: null);
        try
        {
            await _table.SubmitTransactionAsync(
            [
                new(TableTransactionActionType.Add, Write(erasure)),
                new(TableTransactionActionType.Add, new TableEntity(Partition, FirstPending + id)),
            ]);
            return erasure;
        }
        catch (TableTransactionFailedException failure) when (failure.Status == 409)
        {
            return (await FindAsync(id))!;
        }
    }

    /// <summary>What is still to be done, in the order of the ids.</summary>
    internal async IAsyncEnumerable<Erasure> FindPendingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {Pending.From} and RowKey lt {Pending.To}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, select: RowDeletion.Columns, cancellationToken: cancellationToken))
        {
            if (await FindAsync(row.RowKey[FirstPending.Length..], cancellationToken) is { } erasure)
            {
                yield return erasure;
            }
        }
    }

    /// <summary>Counts rows that were removed.</summary>
    internal Task CountAsync(string id, long rows) => ChangeAsync(id, erasure => erasure with { RemovedRows = erasure.RemovedRows + rows });

    /// <summary>Says that there is nothing left.</summary>
    internal Task ClearAsync(string id) => ChangeAsync(id, erasure => erasure with { ClearedAt = erasure.ClearedAt ?? time.GetUtcNow() });

    /// <summary>Ends an erasure.</summary>
    internal async Task EndAsync(string id)
    {
        await ChangeAsync(id, erasure => erasure with { EndedAt = erasure.EndedAt ?? time.GetUtcNow() });
        await _table.DeleteEntityAsync(Partition, FirstPending + id, ETag.All);
    }

    // Two may work on it at once.
    private async Task ChangeAsync(string id, Func<Erasure, Erasure> change)
    {
        while (true)
        {
            TableEntity row = await _table.GetEntityAsync<TableEntity>(Partition, id);
            try
            {
                await _table.UpdateEntityAsync(Write(change(Read(row))), row.ETag, TableUpdateMode.Replace);
                return;
            }
            catch (RequestFailedException failure) when (failure.Status == 412)
            {
                // Somebody else was first.
            }
        }
    }

    private static TableEntity Write(Erasure erasure)
    {
        var row = new TableEntity(Partition, erasure.Id)
        {
            [nameof(Erasure.RemovedRows)] = erasure.RemovedRows,
            [nameof(Erasure.BeganAt)] = erasure.BeganAt,
        };
        Set(nameof(Erasure.ClearedAt), erasure.ClearedAt);
        Set(nameof(Erasure.EndedAt), erasure.EndedAt);
        return row;

        void Set(string column, DateTimeOffset? value)
        {
            if (value is not null)
            {
                row[column] = value;
            }
        }
    }

    private static Erasure Read(TableEntity row) => new(
        row.RowKey,
        row.GetInt64(nameof(Erasure.RemovedRows)) ?? 0,
        row.GetDateTimeOffset(nameof(Erasure.BeganAt))!.Value,
        row.GetDateTimeOffset(nameof(Erasure.ClearedAt)),
        row.GetDateTimeOffset(nameof(Erasure.EndedAt)));
}

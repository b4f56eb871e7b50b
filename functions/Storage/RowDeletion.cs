using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>Deletes many rows: those of a partition that follow one another a hundred to a transaction, and several transactions at a time.</summary>
internal static class RowDeletion
{
    /// <summary>What has to be read of a row that is to be deleted.</summary>
    public static readonly IReadOnlyList<string> Columns = ["PartitionKey", "RowKey"];

    private const int MaxPerTransaction = 100;
    private const int AtOnce = 8;

    /// <summary>Deletes rows. Those that were written since they were read stay.</summary>
    /// <param name="table">Their table.</param>
    /// <param name="rows">The rows, in the order of their keys.</param>
    /// <param name="cancellationToken">Ends it between two transactions.</param>
    /// <returns>How many this call has deleted.</returns>
    public static Task<int> DeleteUnchangedAsync(this TableClient table, IAsyncEnumerable<TableEntity> rows, CancellationToken cancellationToken) =>
        DeleteAsync(table, rows, row => row.ETag, cancellationToken);

    /// <summary>Deletes rows, whatever has become of them since they were read.</summary>
    /// <inheritdoc cref="DeleteUnchangedAsync"/>
    public static Task<int> DeleteAsync(this TableClient table, IAsyncEnumerable<TableEntity> rows, CancellationToken cancellationToken) =>
        DeleteAsync(table, rows, static _ => ETag.All, cancellationToken);

    private static async Task<int> DeleteAsync(TableClient table, IAsyncEnumerable<TableEntity> rows, Func<TableEntity, ETag> version, CancellationToken cancellationToken)
    {
        var deleted = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(GroupAsync(rows, cancellationToken), options, async (group, cancel) =>
            Interlocked.Add(ref deleted, await DeleteAsync(table, group, version, cancel)));
        return deleted;
    }

    private static async Task<int> DeleteAsync(TableClient table, List<TableEntity> group, Func<TableEntity, ETag> version, CancellationToken cancellationToken)
    {
        if (group.Count > 1)
        {
            try
            {
                await table.SubmitTransactionAsync(group.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, version(row))), cancellationToken);
                return group.Count;
            }
            catch (TableTransactionFailedException failure) when (failure.Status is 404 or 412)
            {
                // One of them was written since, or another instance was faster: the others go one by one.
            }
        }

        var deleted = 0;
        foreach (var row in group)
        {
            deleted += await TryDeleteAsync(table, row, version(row), cancellationToken) ? 1 : 0;
        }

        return deleted;
    }

    private static async Task<bool> TryDeleteAsync(TableClient table, TableEntity row, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            return (await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, version, cancellationToken)).Status != 404;
        }
        catch (RequestFailedException failure) when (failure.Status == 412)
        {
            return false;
        }
    }

    private static async IAsyncEnumerable<List<TableEntity>> GroupAsync(IAsyncEnumerable<TableEntity> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var group = new List<TableEntity>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (group.Count == MaxPerTransaction || (group.Count > 0 && group[0].PartitionKey != row.PartitionKey))
            {
                yield return group;
                group = [];
            }

            group.Add(row);
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }
}

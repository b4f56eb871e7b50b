using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>Rows of one kind that stand beside runs, for as long as these are kept: their keys have the id of the run after what tells the kind.</summary>
/// <param name="table">The table of runs.</param>
/// <param name="prefix">What their keys begin with.</param>
internal sealed class RowsBesideRuns(TableClient table, string prefix)
{
    private const int MaxPerTransaction = 100;

    /// <summary>What the keys of the rows beside a run begin with.</summary>
    public string PrefixOf(RunId id) => $"{prefix}{id.Text}-";

    /// <summary>The rows beside a run, in the order of their keys.</summary>
    public IAsyncEnumerable<TableEntity> ReadAsync(string workspace, RunId id, CancellationToken cancellationToken) =>
        table.QueryAsync<TableEntity>(Filter(workspace, PrefixOf(id), $"{PrefixOf(id)}~"), cancellationToken: cancellationToken);

    /// <summary>Removes the rows beside some runs, a hundred to a transaction.</summary>
    /// <param name="workspace">Whose runs they are.</param>
    /// <param name="from">What the ids of the runs sort after, or the first of them.</param>
    /// <param name="to">The last run.</param>
    /// <param name="kept">The runs whose rows stay.</param>
    /// <param name="cancellationToken">Ends the work between two transactions.</param>
    public async Task RemoveAsync(string workspace, string from, RunId to, IReadOnlySet<RunId> kept, CancellationToken cancellationToken)
    {
        var rows = table.QueryAsync<TableEntity>(Filter(workspace, prefix + from, $"{PrefixOf(to)}~"), select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken)
            .Where(row => !kept.Any(run => row.RowKey.StartsWith(PrefixOf(run), StringComparison.Ordinal)))
            .Chunk(MaxPerTransaction);
        await foreach (var chunk in rows.WithCancellation(cancellationToken))
        {
            await table.TrySubmitAsync(chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)), cancellationToken);
        }
    }

    private static string Filter(string workspace, string from, string to) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {from} and RowKey lt {to}");
}

using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;

namespace Serverless.Ingestion.Upkeep;

/// <summary>Removes rows of a partition in the order given, a hundred to a transaction.</summary>
internal sealed class RowRemoval(TableClient table, string partition)
{
    private const int MaxPerTransaction = 100;

    private readonly List<TableTransactionAction> _actions = [];

    /// <summary>How many rows were removed.</summary>
    public int Removed { get; private set; }

    /// <summary>Removes a row, now or with the next.</summary>
    public async Task AddAsync(string rowKey, CancellationToken cancellationToken)
    {
        _actions.Add(new(TableTransactionActionType.Delete, new TableEntity(partition, rowKey), ETag.All));
        if (_actions.Count == MaxPerTransaction)
        {
            await CompleteAsync(cancellationToken);
        }
    }

    /// <summary>Removes the rows of the staged parts of a batch, the first one last: it is by this one that the others are found.</summary>
    public async Task AddPartsAsync(string batch, CancellationToken cancellationToken)
    {
        var keys = ChunkKey.PartsOf(batch);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        var parts = await table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken)
            .Select(row => row.RowKey)
            .ToListAsync(cancellationToken);
        foreach (var part in Enumerable.Reverse(parts))
        {
            await AddAsync(part, cancellationToken);
        }
    }

    /// <summary>Removes the rows that are left.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_actions.Count == 0)
        {
            return;
        }

        try
        {
            await table.SubmitTransactionAsync(_actions, cancellationToken);
            Removed += _actions.Count;
        }
        catch (TableTransactionFailedException failure) when (failure.Status == 404)
        {
            // Another instance was faster with one of them; the next run finds the rest.
        }

        _actions.Clear();
    }
}

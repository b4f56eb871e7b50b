using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;

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
    public Task AddPartsAsync(string batch, CancellationToken cancellationToken) => AddRangeAsync(ChunkKey.PartsOf(batch), cancellationToken);

    /// <summary>
    /// Removes a chunk, its staged parts first: were the work cut short, the chunk would still lead to what is left of them.
    /// </summary>
    public async Task AddChunkAsync(ChunkHeader chunk, CancellationToken cancellationToken)
    {
        if (chunk.Parts > 0)
        {
            await AddPartsAsync(chunk.Batch, cancellationToken);
        }

        await AddAsync(ChunkKey.Of(chunk), cancellationToken);
    }

    /// <summary>Removes the staged parts of chunks that are gone.</summary>
    /// <param name="chunks">The chunks.</param>
    /// <param name="cancellationToken">Gives up; a later run finds what is left.</param>
    public async Task RemovePartsAsync(IEnumerable<ChunkHeader> chunks, CancellationToken cancellationToken)
    {
        foreach (var chunk in chunks.Where(chunk => chunk.Parts > 0))
        {
            await AddPartsAsync(chunk.Batch, cancellationToken);
        }

        await CompleteAsync(cancellationToken);
    }

    /// <summary>Removes a range of rows, the first one last.</summary>
    public async Task AddRangeAsync(RowKeyRange keys, CancellationToken cancellationToken)
    {
        var filter = ChunkRow.Filter(partition, keys);
        var found = await table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken)
            .Select(row => row.RowKey)
            .ToListAsync(cancellationToken);
        foreach (var key in Enumerable.Reverse(found))
        {
            await AddAsync(key, cancellationToken);
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
        }
        catch (TableTransactionFailedException failure) when (failure.Status == 404)
        {
            // One of them is not there: an index lacks a row, or another instance was faster.
            foreach (var action in _actions)
            {
                await table.DeleteEntityAsync(partition, action.Entity.RowKey, ETag.All, cancellationToken);
            }
        }

        Removed += _actions.Count;
        _actions.Clear();
    }
}

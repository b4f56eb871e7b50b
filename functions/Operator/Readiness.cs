using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>Whether the service can work: whether its tables and queues can be reached.</summary>
public sealed class Readiness(TableServiceClient tables, QueueServiceClient queues, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Anybody may ask, as often as they like: storage is asked once in this time.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _gate = new(1);
    private (long At, IReadOnlyList<string> Missing)? _last;

    /// <summary>The tables and queues that cannot be reached.</summary>
    public async Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { } last || time.GetElapsedTime(last.At) > Freshness)
            {
                _last = last = (time.GetTimestamp(), await AskAsync());
            }

            return last.Missing;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<IReadOnlyList<string>> AskAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        var answers = await Task.WhenAll(
            TableNames.All.Select(name => NameUnlessReachedAsync($"table {name}", AskTableAsync(name, patience.Token)))
                .Concat(QueueNames.All.Select(name =>
                    NameUnlessReachedAsync($"queue {name}", queues.GetQueueClient(name).GetPropertiesAsync(patience.Token)))));
        return [.. answers.OfType<string>()];
    }

    private async Task AskTableAsync(string name, CancellationToken cancellationToken)
    {
        // A row that does not exist: only whether the table answers matters.
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {"ready"} and RowKey eq {"ready"}");
        await foreach (var _ in tables.GetTableClient(name).QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellationToken))
        {
            return;
        }
    }

    private static async Task<string?> NameUnlessReachedAsync(string name, Task question)
    {
        try
        {
            await question;
            return null;
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException or OperationCanceledException)
        {
            return name;
        }
    }
}

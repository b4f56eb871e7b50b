using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>Whether the service can work: whether its tables and queues can be reached.</summary>
public sealed class Readiness(TableServiceClient tables, QueueServiceClient queues, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Anybody may ask, as often as they like: storage is asked once in this time.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _gate = new(1);
    private (long At, IReadOnlyList<string> Missing)? _last;

    /// <summary><c>GET /health</c>: the process is up.</summary>
    public static Task AnswerHealthAsync(HttpContext context, CancellationToken cancellationToken) => WriteStatusAsync(context, "ok", cancellationToken);

    /// <summary><c>GET /ready</c>.</summary>
    /// <exception cref="ApiException">503, naming what cannot be reached.</exception>
    public async Task AnswerReadyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var missing = await FindMissingAsync(cancellationToken);
        if (missing.Count > 0)
        {
            throw new ApiException(new(
                StatusCodes.Status503ServiceUnavailable, "RESOURCE_UNAVAILABLE", $"Storage cannot be reached: {string.Join(", ", missing)}")
            {
                Retryable = true,
                RetryAfter = RetryAfter,
            });
        }

        await WriteStatusAsync(context, "ready", cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private static Task WriteStatusAsync(HttpContext context, string status, CancellationToken cancellationToken) => JsonResponse.WriteAsync(
        context.Response,
        writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", status);
            writer.WriteEndObject();
        },
        cancellationToken);

    private async Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken)
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

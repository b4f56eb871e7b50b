using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Serverless.Storage;

/// <summary>
/// Creates the tables and queues that are missing, before anything else starts: requests and messages come as soon as the channel to the
/// Functions host is open. With an identity-based connection they are declared by the deployment and nothing is asked.
/// </summary>
public sealed class StorageInitializer(IOptions<StorageOptions> options, TableServiceClient tables, QueueServiceClient queues, TimeProvider time)
    : IHostedLifecycleService
{
    // Whoever starts it waits for an answer; a connection that stays silent would otherwise be tried for a minute.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    /// <exception cref="HostAbortedException">Storage cannot be reached, or refuses the credential.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ConnectionString is null)
        {
            return;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await CreateAsync(either.Token);
        }
        catch (OperationCanceledException failure) when (patience.IsCancellationRequested)
        {
            throw Unusable($"no answer within {Patience.TotalSeconds} seconds", failure);
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException)
        {
            var reason = failure is AggregateException aggregate ? aggregate.InnerExceptions[0] : failure;
            throw Unusable(FirstLine(reason.Message), failure);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task CreateAsync(CancellationToken cancellationToken) => Task.WhenAll(
        TableNames.All
            .Select(name => (Task)tables.CreateTableIfNotExistsAsync(name, cancellationToken))
            .Concat(QueueNames.All.Select(name => queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken))));

    private HostAbortedException Unusable(string reason, Exception failure) =>
        new($"Storage cannot be used at {tables.Uri} and {queues.Uri}: {reason}", failure);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}

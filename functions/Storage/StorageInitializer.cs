using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.Hosting;

namespace Serverless.Storage;

/// <summary>
/// Creates the tables and queues that are missing before the first request. With an identity-based connection they are
/// declared by the deployment and nothing is asked.
/// </summary>
public sealed class StorageInitializer(StorageOptions options, TableServiceClient tables, QueueServiceClient queues) : IHostedService
{
    /// <inheritdoc/>
    /// <exception cref="HostAbortedException">Storage cannot be reached, or refuses the credential.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.ConnectionString is null)
        {
            return;
        }

        try
        {
            var creations = TableNames.All
                .Select(name => (Task)tables.CreateTableIfNotExistsAsync(name, cancellationToken))
                .Concat(QueueNames.All.Select(name => queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken)));
            await Task.WhenAll(creations);
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException)
        {
            var reason = failure is AggregateException aggregate ? aggregate.InnerExceptions[0] : failure;
            throw new HostAbortedException($"Storage cannot be used at {tables.Uri} and {queues.Uri}: {FirstLine(reason.Message)}", failure);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}

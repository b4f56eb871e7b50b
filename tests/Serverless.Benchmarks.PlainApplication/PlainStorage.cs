using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.Hosting;

namespace Serverless.Benchmarks.Plain;

/// <summary>The storage of the plain design, reached with the options that the product has, and made before the first request.</summary>
/// <param name="tables">The tables.</param>
/// <param name="queues">The queues.</param>
internal sealed class PlainStorage(TableServiceClient tables, QueueServiceClient queues) : IHostedService
{
    private const int Retries = 3;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The table service.</summary>
    public static TableServiceClient Tables(string connectionString) => new(connectionString, Prepare(new TableClientOptions()));

    /// <summary>The queue service.</summary>
    public static QueueServiceClient Queues(string connectionString) =>
        new(connectionString, Prepare(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(((string[])[PlainRecords.Logs, PlainRecords.Events]).Select(
        name => Task.WhenAll(
            tables.CreateTableIfNotExistsAsync(name, cancellationToken),
            queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken))));

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static TOptions Prepare<TOptions>(TOptions options)
        where TOptions : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = Retries;
        options.Retry.Delay = FirstDelay;
        options.Retry.MaxDelay = LongestDelay;
        options.Retry.NetworkTimeout = NetworkTimeout;
        return options;
    }
}

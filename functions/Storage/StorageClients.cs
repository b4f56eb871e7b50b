using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace Serverless.Storage;

/// <summary>Makes the clients of the storage account, one place for credentials, encoding, retries and telemetry.</summary>
public static class StorageClients
{
    // A caller waits for these: give up well before the client does, and say 503.
    private const int Retries = 3;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The table service.</summary>
    /// <exception cref="OptionsValidationException">The connection string cannot be read.</exception>
    public static TableServiceClient Tables(StorageOptions options)
    {
        var clientOptions = Prepare(new TableClientOptions(), "table");
        return options.ConnectionString is { } connectionString
            ? Read(() => new TableServiceClient(connectionString, clientOptions))
            : new TableServiceClient(new Uri(options.TableServiceUri!), Credential(options), clientOptions);
    }

    /// <summary>The queue service.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="encoding">How messages travel: as base64, as the queue trigger expects them, unless they are to be passed on as they are.</param>
    /// <exception cref="OptionsValidationException">The connection string cannot be read.</exception>
    public static QueueServiceClient Queues(StorageOptions options, QueueMessageEncoding encoding = QueueMessageEncoding.Base64)
    {
        var clientOptions = Prepare(new QueueClientOptions { MessageEncoding = encoding }, "queue");
        return options.ConnectionString is { } connectionString
            ? Read(() => new QueueServiceClient(connectionString, clientOptions))
            : new QueueServiceClient(new Uri(options.QueueServiceUri!), Credential(options), clientOptions);
    }

    /// <summary>The identity the application has in Azure.</summary>
    public static TokenCredential Credential(StorageOptions options) =>
        options.ClientId is { Length: > 0 } clientId
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new DefaultAzureCredential();

    private static TOptions Prepare<TOptions>(TOptions options, string service)
        where TOptions : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = Retries;
        options.Retry.Delay = FirstDelay;
        options.Retry.MaxDelay = LongestDelay;
        options.Retry.NetworkTimeout = NetworkTimeout;
        options.AddPolicy(new StorageTelemetry(service), HttpPipelinePosition.PerRetry);
        return options;
    }

    private static TClient Read<TClient>(Func<TClient> create)
    {
        try
        {
            return create();
        }
        catch (Exception failure) when (failure is FormatException or InvalidOperationException or ArgumentException)
        {
            // The text itself holds a key: it is not repeated.
            throw new OptionsValidationException(
                StorageOptions.Connection,
                typeof(StorageOptions),
                [$"{StorageOptions.Connection}: this is not a storage connection string ({failure.GetType().Name})."]);
        }
    }
}

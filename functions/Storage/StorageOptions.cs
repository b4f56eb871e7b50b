using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Storage;

/// <summary>
/// Where tables and queues live, read from the <c>AzureWebJobsStorage</c> settings the Functions host itself uses: either a
/// connection string, or the service addresses with a managed identity.
/// </summary>
public sealed record StorageOptions
{
    /// <summary>The name of the settings, and of the connection that queue triggers use.</summary>
    public const string Connection = "AzureWebJobsStorage";

    /// <summary>A storage connection string; <c>UseDevelopmentStorage=true</c> is the local emulator. Null when identity is used.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The table endpoint, for identity-based connections.</summary>
    public Uri? TableServiceUri { get; init; }

    /// <summary>The queue endpoint, for identity-based connections.</summary>
    public Uri? QueueServiceUri { get; init; }

    /// <summary>The client id of a user-assigned identity; null takes the environment's default credential.</summary>
    public string? ClientId { get; init; }

    /// <summary>True on the local emulator's well-known account: the only place where demo data is created.</summary>
    public bool IsDevelopmentStorage =>
        ConnectionString is { } text
        && (text.Contains("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase)
            || text.Contains("AccountName=devstoreaccount1", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">Neither form is given, or an address is not a URL.</exception>
    public static StorageOptions From(IConfiguration configuration)
    {
        if (configuration[Connection] is { Length: > 0 } connectionString)
        {
            return new() { ConnectionString = connectionString };
        }

        var section = configuration.GetSection(Connection);
        return new()
        {
            TableServiceUri = Address("tableServiceUri"),
            QueueServiceUri = Address("queueServiceUri"),
            ClientId = section["clientId"],
        };

        Uri Address(string name) =>
            Uri.TryCreate(section[name], UriKind.Absolute, out var address)
                ? address
                : throw new OptionsValidationException(
                    Connection,
                    typeof(StorageOptions),
                    [$"{Connection}: set a connection string, or {Connection}__{name} to the address of the service."]);
    }
}

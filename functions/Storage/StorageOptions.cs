using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Storage;

/// <summary>
/// Where tables and queues live, read from the <c>AzureWebJobsStorage</c> settings the Functions host itself uses: either a
/// connection string, or the service addresses with a managed identity.
/// </summary>
public sealed class StorageOptions : IValidatableObject
{
    /// <summary>The name of the settings, and of the connection that queue triggers use.</summary>
    public const string Connection = "AzureWebJobsStorage";

    /// <summary>The table endpoint, for identity-based connections.</summary>
    [ConfigurationKeyName("tableServiceUri")]
    public string? TableServiceUri { get; set; }

    /// <summary>The queue endpoint, for identity-based connections.</summary>
    [ConfigurationKeyName("queueServiceUri")]
    public string? QueueServiceUri { get; set; }

    /// <summary>The client id of a user-assigned identity; without one it is the environment's default credential.</summary>
    [ConfigurationKeyName("clientId")]
    public string? ClientId { get; set; }

    /// <summary>A storage connection string; <c>UseDevelopmentStorage=true</c> is the local emulator. Null when identity is used.</summary>
    internal string? ConnectionString { get; set; }

    /// <summary>True on the local emulator's well-known account: the only place where demo data is created.</summary>
    internal bool IsDevelopmentStorage =>
        ConnectionString is { } text
        && (text.Contains("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase)
            || text.Contains("AccountName=devstoreaccount1", StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        (string Name, string? Address)[] services = ConnectionString is null ? [("tableServiceUri", TableServiceUri), ("queueServiceUri", QueueServiceUri)] : [];
        return services
            .Where(service => !Uri.TryCreate(service.Address, UriKind.Absolute, out _))
            .Select(service => new ValidationResult($"set a connection string, or {Connection}__{service.Name} to the address of the service.", [Connection]))
            .Take(1);
    }
}

/// <summary>Judges the settings of storage.</summary>
[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;

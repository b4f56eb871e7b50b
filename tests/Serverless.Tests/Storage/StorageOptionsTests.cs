using Microsoft.Extensions.Options;
using Serverless.Agents;
using Serverless.Storage;
using Serverless.Tests.Settings;

namespace Serverless.Tests.Storage;

/// <summary>The settings of storage, and the one that depends on them.</summary>
public sealed class StorageOptionsTests
{
    private const string Tables = "https://account.table.example";
    private const string Queues = "https://account.queue.example";

    [Theory]
    [InlineData(null, null, "AzureWebJobsStorage: set a connection string, or AzureWebJobsStorage__tableServiceUri to the address of the service.")]
    [InlineData("nowhere", Queues, "AzureWebJobsStorage: set a connection string, or AzureWebJobsStorage__tableServiceUri to the address of the service.")]
    [InlineData(Tables, "", "AzureWebJobsStorage: set a connection string, or AzureWebJobsStorage__queueServiceUri to the address of the service.")]
    public void Without_a_connection_string_both_addresses_are_needed(string? tables, string? queues, string expected)
    {
        var settings = SettingsReader.Of(("AzureWebJobsStorage", ""), ("AzureWebJobsStorage:tableServiceUri", tables), ("AzureWebJobsStorage:queueServiceUri", queues));

        Assert.Equal(expected, Assert.Throws<OptionsValidationException>(settings.Read<StorageOptions>).Message);
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true", null)]
    [InlineData("", "Payments__Provider: \"development\" is for development storage only.")]
    public void The_test_provider_of_payments_is_for_development_storage_only(string connectionString, string? expected)
    {
        var settings = SettingsReader.Of(
            ("AzureWebJobsStorage", connectionString), ("AzureWebJobsStorage:tableServiceUri", Tables), ("AzureWebJobsStorage:queueServiceUri", Queues), ("Payments:Provider", "development"));

        Assert.Equal(expected, Record.Exception(settings.Read<PaymentOptions>)?.Message);
    }
}

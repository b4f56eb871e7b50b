using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Storage;

/// <summary>Adds tables and queues.</summary>
public static class StorageServices
{
    /// <summary>Adds the clients, the ledgers, what deals with messages, and what creates tables and queues that are missing.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services) => services
        .AddStorageClients()
        .AddSingleton(provider => new Ledgers(Ledger(provider, TableNames.Tenants), Ledger(provider, TableNames.Clients)))
        .AddSingleton<QueueWork>()
        .AddSingleton<UnreadableRows>()
        .AddSingleton<RowsAside>()
        .AddHostedService<StorageInitializer>();

    /// <summary>Adds the clients of the account that the settings name.</summary>
    public static IServiceCollection AddStorageClients(this IServiceCollection services) => services
        .AddSettings<StorageOptions, StorageOptionsValidator>(StorageOptions.Connection)
        .Configure<IConfiguration>((options, settings) =>
            options.ConnectionString = settings[StorageOptions.Connection] is { Length: > 0 } connectionString ? connectionString : null)
        .Services
        .AddSingleton(provider => StorageClients.Tables(provider.GetRequiredService<IOptions<StorageOptions>>().Value))
        .AddSingleton(provider => StorageClients.Queues(provider.GetRequiredService<IOptions<StorageOptions>>().Value));

    private static Ledger Ledger(IServiceProvider provider, string table) =>
        new(provider.GetRequiredService<TableServiceClient>().GetTableClient(table), provider.GetRequiredService<TimeProvider>());
}

using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Standalone.Host;
using Serverless.Storage;

namespace Serverless.Benchmarks.Plain;

/// <summary>
/// The plain design, which the product is measured against: every record is an entity. A request is read with <c>JsonSerializer</c>,
/// validated, and put into queue messages as they fit; a message becomes transactions of up to 100 entities. It proves no key, counts nothing
/// and limits nobody: what it leaves out is in its favour. It runs on the same host, with the same clients and the same settings.
/// </summary>
internal static class PlainApplication
{
    /// <summary>The argument that makes this program the plain design.</summary>
    public const string Command = "plain";

    /// <summary>Runs it.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        var builder = FunctionsApplication.CreateBuilder(arguments);
        builder.ConfigureFunctionsWebApplication();
        builder.Services
            .AddSingleton(FunctionAssemblies.Only(typeof(PlainLogs), typeof(PlainEvents), typeof(PlainQueries)))
            .AddStorageClients();
        var host = builder.Build();
        await CreateAsync(host.Services.GetRequiredService<TableServiceClient>(), host.Services.GetRequiredService<QueueServiceClient>());
        await host.RunAsync();
    }

    private static async Task CreateAsync(TableServiceClient tables, QueueServiceClient queues)
    {
        foreach (var name in (string[])[PlainLogs.Name, PlainEvents.Name])
        {
            await tables.CreateTableIfNotExistsAsync(name);
            await queues.GetQueueClient(name).CreateIfNotExistsAsync();
        }
    }
}

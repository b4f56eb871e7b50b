using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Storage;

/// <summary>Tables and queues that are not there yet.</summary>
public sealed class StorageInitializerTests
{
    [Fact]
    public async Task They_are_there_before_any_service_starts_in_whatever_order()
    {
        var account = await TestStorage.CreateAccountAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration[StorageOptions.Connection] = account.ConnectionString;
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<Early>().AddHostedService(services => services.GetRequiredService<Early>()).AddStorage();
        using var host = builder.Build();

        await host.StartAsync();

        Assert.Equal(TableNames.All.Concat(QueueNames.All).Order(StringComparer.Ordinal), host.Services.GetRequiredService<Early>().Found.Order(StringComparer.Ordinal));
        await host.StopAsync();
    }

    private sealed class Early(TableServiceClient tables, QueueServiceClient queues) : IHostedService
    {
        public IReadOnlyList<string> Found { get; private set; } = [];

        public async Task StartAsync(CancellationToken cancellationToken) => Found =
        [
            .. await tables.QueryAsync(cancellationToken: cancellationToken).Select(table => table.Name).ToListAsync(cancellationToken),
            .. await queues.GetQueuesAsync(cancellationToken: cancellationToken).Select(queue => queue.Name).ToListAsync(cancellationToken),
        ];

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

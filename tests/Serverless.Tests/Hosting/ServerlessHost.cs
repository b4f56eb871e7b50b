using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Logs;
using Serverless.Standalone.Host;
using Serverless.Tenancy;

namespace Serverless.Tests.Hosting;

/// <summary>The whole application in this process: real HTTP on a free port, a real queue and real tables.</summary>
public sealed class ServerlessHost : IAsyncDisposable
{
    private readonly IHost _host;

    private ServerlessHost(IHost host, StorageAccount account)
    {
        _host = host;
        Account = account;
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    /// <summary>Sends requests to the application.</summary>
    public HttpClient Client { get; }

    /// <summary>The application's storage.</summary>
    public StorageAccount Account { get; }

    /// <summary>The application's services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Starts the application.</summary>
    /// <param name="account">Its storage; an empty account when null.</param>
    /// <param name="configure">Changes settings or services before it is built.</param>
    public static async Task<ServerlessHost> StartAsync(StorageAccount? account = null, Action<FunctionsApplicationBuilder>? configure = null)
    {
        account ??= await TestStorage.CreateAccountAsync();
        var builder = FunctionsApplication.CreateBuilder(
        [
            "--urls", "http://127.0.0.1:0",
            "--AzureWebJobsStorage", account.ConnectionString,
            "--AzureFunctionsJobHost:extensions:queues:maxPollingInterval", "00:00:00.1",
            "--AzureFunctionsJobHost:extensions:queues:visibilityTimeout", "00:00:00",

            // They would run in the middle of whichever test is under way: those that are about them run them themselves.
            "--AzureWebJobs.KeepLogs.Disabled", "true",
            "--AzureWebJobs.KeepTraces.Disabled", "true",
            "--AzureWebJobs.RemoveExpiredRows.Disabled", "true",
            "--AzureWebJobs.SweepRuns.Disabled", "true",
            "--AzureWebJobs.EndPoisonedRuns.Disabled", "true",
            "--AzureWebJobs.RemoveExpiredSearches.Disabled", "true",
            "--AzureWebJobs.MeasureQueues.Disabled", "true",
        ]);
        builder.Services.AddSingleton(new FunctionAssemblies(typeof(ServerlessServices).Assembly));
        builder.Logging.AddFilter(level => level >= LogLevel.Error);
        builder.ConfigureFunctionsWebApplication();
        configure?.Invoke(builder);
        builder.Services.AddServerless(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync();
        return new(host, account);
    }

    /// <summary>Makes a key of a new organization.</summary>
    /// <param name="plan">The organization's plan; the largest unless a test is about limits.</param>
    public async Task<string> CreateLogKeyAsync(string plan = "Scale")
    {
        var organization = await Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", plan, Plans.DefaultTracePlan);
        var key = await Services.GetRequiredService<KeyStore>().CreateAsync(organization.Id, LuminaLog.KeyPrefix, new KeyOptions());
        return key!.Reveal();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}

using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Local;
using Serverless.Local.Configuration;
using Serverless.Logs;
using Serverless.Tenancy;

namespace Serverless.Tests.Hosting;

/// <summary>The whole application in this process, worker and host: real HTTP on a free port, the worker's protocol, a real queue and real tables.</summary>
public sealed class ServerlessHost : IAsyncDisposable
{
    private readonly LocalHost _host;
    private readonly ILoggerFactory _logs;

    private ServerlessHost(LocalHost host, ILoggerFactory logs, IServiceProvider services, StorageAccount account, HttpClient? client)
    {
        _host = host;
        _logs = logs;
        Services = services;
        Account = account;

        // A cookie is sent by the test that is about it, and by nobody else.
        Client = client ?? new HttpClient(new SocketsHttpHandler { UseCookies = false });
        Client.BaseAddress = host.Address;
    }

    /// <summary>Sends requests to the application.</summary>
    public HttpClient Client { get; }

    /// <summary>The application's storage.</summary>
    public StorageAccount Account { get; }

    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Starts the application.</summary>
    /// <param name="account">Its storage; an empty account when null.</param>
    /// <param name="configure">Changes settings or services before it is built.</param>
    /// <param name="url">Where it listens.</param>
    /// <param name="client">Sends requests to it; null for one that is as good as any.</param>
    public static async Task<ServerlessHost> StartAsync(
        StorageAccount? account = null,
        Action<FunctionsApplicationBuilder>? configure = null,
        string url = "http://127.0.0.1:0",
        HttpClient? client = null)
    {
        account ??= await TestStorage.CreateAccountAsync();
        var builder = FunctionsApplication.CreateBuilder(
        [
            "--AzureWebJobsStorage", account.ConnectionString,
            "--AzureFunctionsJobHost:extensions:queues:maxPollingInterval", "00:00:00.3",
            "--AzureFunctionsJobHost:extensions:queues:visibilityTimeout", "00:00:00",

            // They would run in the middle of whichever test is under way: those that are about them run them themselves.
            "--AzureWebJobs.KeepLogs.Disabled", "true",
            "--AzureWebJobs.KeepTraces.Disabled", "true",
            "--AzureWebJobs.RemoveExpiredRows.Disabled", "true",
            "--AzureWebJobs.EraseTenants.Disabled", "true",
            "--AzureWebJobs.SweepRuns.Disabled", "true",
            "--AzureWebJobs.EndPoisonedRuns.Disabled", "true",
            "--AzureWebJobs.RemoveExpiredSearches.Disabled", "true",
            "--AzureWebJobs.MeasureQueues.Disabled", "true",
        ]);
        builder.Logging.AddFilter(level => level >= LogLevel.Error);
        builder.ConfigureFunctionsWebApplication();
        configure?.Invoke(builder);
        builder.Services.AddServerless(builder.Configuration);
        var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Error).AddConsole());
        var settings = new ConfigurationManager();
        settings.AddHostSettings(InProcessWorker.ScriptRoot, []);
        settings.AddConfiguration(builder.Configuration);
        settings["urls"] = url;
        var worker = new InProcessWorker(builder);
        var options = new LocalHostOptions
        {
            ScriptRoot = InProcessWorker.ScriptRoot,
            Settings = settings,
            Launcher = worker,
            Time = builder.Services.LastOrDefault(service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider ?? TimeProvider.System,
        };
        return new(await LocalHost.StartAsync(options, logs), logs, worker.Services!, account, client);
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
        await _host.DisposeAsync();
        _logs.Dispose();
    }
}

using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serverless.Local;

namespace Serverless.Tests.Local;

/// <summary>A local host over a <see cref="ScriptedWorker"/>.</summary>
internal sealed class ScriptedHost : IAsyncDisposable
{
    private readonly LocalHost _host;
    private readonly ILoggerFactory _logs;

    private ScriptedHost(LocalHost host, ILoggerFactory logs, RecordedLog log)
    {
        _host = host;
        _logs = logs;
        Log = log;
        Client = new HttpClient { BaseAddress = host.Address };
    }

    /// <summary>Sends requests to it.</summary>
    public HttpClient Client { get; }

    /// <summary>What it logs.</summary>
    public RecordedLog Log { get; }

    /// <summary>Starts a host.</summary>
    /// <param name="worker">Its worker.</param>
    /// <param name="storage">The connection string of its storage; null for none that is there.</param>
    /// <param name="settings">More settings, such as <c>name=value</c>.</param>
    /// <param name="time">The time its listeners go by.</param>
    /// <param name="isSplit">Whether functions are kept apart.</param>
    /// <param name="grace">How long it waits when it ends; null for what is usual.</param>
    /// <param name="configureQueues">What the clients of its listeners are to do beside what they do anyway.</param>
    public static async Task<ScriptedHost> StartAsync(
        ScriptedWorker worker,
        string? storage = null,
        IEnumerable<string>? settings = null,
        TimeProvider? time = null,
        bool isSplit = false,
        TimeSpan? grace = null,
        Action<QueueClientOptions>? configureQueues = null)
    {
        var log = new RecordedLog();
        var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.Warning).AddProvider(log));
        var all = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("urls", "http://127.0.0.1:0"),
                new("AzureWebJobsStorage", storage ?? "UseDevelopmentStorage=true"),
                new("AzureFunctionsJobHost:extensions:http:routePrefix", ""),
            ])
            .AddCommandLine([.. (settings ?? []).Select(setting => $"--{setting}")])
            .Build();
        var options = new LocalHostOptions
        {
            ScriptRoot = AppContext.BaseDirectory,
            Settings = all,
            Launcher = worker,
            IsSplit = isSplit,
            Time = time ?? TimeProvider.System,
            ConfigureQueues = configureQueues,
        };
        options = grace is { } given ? options with { Grace = given } : options;
        return new(await LocalHost.StartAsync(options, logs), logs, log);
    }

    /// <summary>Starts no more functions, and lets those under way finish.</summary>
    public Task StopAsync() => _host.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        _logs.Dispose();
    }
}

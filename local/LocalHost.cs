using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Local.Configuration;
using Serverless.Local.Functions;
using Serverless.Local.Http;
using Serverless.Local.Queues;
using Serverless.Local.Timers;
using Serverless.Local.Workers;

namespace Serverless.Local;

/// <summary>What a host is made of.</summary>
public sealed record LocalHostOptions
{
    /// <summary>The folder of the built application, with its host.json.</summary>
    public required string ScriptRoot { get; init; }

    /// <summary>The host's settings: host.json, what overrides it, <c>urls</c> and the storage account.</summary>
    public required IConfiguration Settings { get; init; }

    /// <summary>The names of the settings that a worker gets, beside those that are in the environment anyway.</summary>
    public IReadOnlyCollection<string> WorkerSettings { get; init; } = [];

    /// <summary>Starts workers; null starts processes.</summary>
    public IWorkerLauncher? Launcher { get; init; }

    /// <summary>Whether functions are kept apart as on Flex Consumption: one worker for all HTTP functions, and one for each other function.</summary>
    public bool IsSplit { get; init; }

    /// <summary>The time that listeners go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What functions under way get to finish in when the host ends, and then the workers to end in.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the clients of the queue listeners are to do beside what they do anyway.</summary>
    public Action<QueueClientOptions>? ConfigureQueues { get; init; }
}

/// <summary>
/// A local Functions host. It starts the application's worker, talks to it in the protocol of the Functions host, and brings it what it is triggered
/// by: requests, queue messages, and the time.
/// </summary>
public sealed class LocalHost : IAsyncDisposable
{
    private readonly ILoggerFactory _logs;
    private readonly FrontEnd _frontEnd;
    private readonly WorkerServer _server;
    private readonly WorkerPool _workers;
    private readonly TriggerListeners _listeners;
    private readonly TimeSpan _grace;

    private LocalHost(ILoggerFactory logs, FrontEnd frontEnd, WorkerServer server, WorkerPool workers, TimeSpan grace)
    {
        _grace = grace;
        _logs = logs;
        _frontEnd = frontEnd;
        _server = server;
        _workers = workers;
        _listeners = new(logs.CreateLogger<TriggerListeners>());
    }

    /// <summary>Where it takes requests.</summary>
    public Uri Address => _frontEnd.Address;

    /// <summary>Starts a host; it takes requests when this is done.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="logs">Makes its logs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HostAbortedException">It cannot be started; the message says why.</exception>
    public static async Task<LocalHost> StartAsync(LocalHostOptions options, ILoggerFactory logs, CancellationToken cancellationToken = default)
    {
        var launcher = options.Launcher ?? new WorkerProcessLauncher(options.ScriptRoot, new WorkerLog(logs));

        // A port that is taken is found before anything is started for nothing.
        var frontEnd = await FrontEnd.StartAsync(options.Settings, options.Grace, logs, cancellationToken);
        var server = await WorkerServer.StartAsync(logs, cancellationToken);
        var application = new WorkerApplication(options.ScriptRoot, WorkerSettings(options, frontEnd.Address), options.Grace);
        var host = new LocalHost(logs, frontEnd, server, new WorkerPool(options.IsSplit, launcher, server, application, logs), options.Grace);
        try
        {
            await host.OpenAsync(options, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts no more functions, lets those under way finish, and ends the workers.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_listeners.StopAsync(_grace), _frontEnd.StopAsync());
        await _workers.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _frontEnd.DisposeAsync();

        // Last: a worker that finds nobody to talk to does not end.
        await _server.DisposeAsync();
        _listeners.Dispose();
    }

    private static Dictionary<string, string> WorkerSettings(LocalHostOptions options, Uri address)
    {
        var settings = options.WorkerSettings
            .Where(name => options.Settings[name] is not null)
            .ToDictionary(name => name, name => options.Settings[name]!, StringComparer.OrdinalIgnoreCase);

        // As Core Tools and Azure say it.
        settings["WEBSITE_HOSTNAME"] = address.Authority;
        return settings;
    }

    private async Task OpenAsync(LocalHostOptions options, CancellationToken cancellationToken)
    {
        var functions = await _workers.StartAsync(options.Settings, cancellationToken);
        var timeout = HostJson.FunctionTimeout(options.Settings);
        var invokers = functions.Select(function => new FunctionInvoker(function, _workers.For(function), timeout, _logs)).ToArray();
        ITriggerListener[] listeners =
        [
            .. QueueListeners.For(invokers, options.Settings, options.ConfigureQueues, options.Time, _logs),
            .. TimerListener.For(invokers, options.Settings, options.Time),
        ];
        _frontEnd.Open(new HttpRoutes(invokers, options.Settings));
        _listeners.Start(listeners);
    }
}

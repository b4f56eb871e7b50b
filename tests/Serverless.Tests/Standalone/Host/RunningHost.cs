using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Standalone.Host;

namespace Serverless.Tests.Standalone.Host;

/// <summary>A host of a test's own function classes, on a free port.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    /// <summary>A storage account that no test without queues ever reaches.</summary>
    public const string NoStorage = "DefaultEndpointsProtocol=http;AccountName=none;AccountKey=bm9uZQ==;QueueEndpoint=http://127.0.0.1:9/none;";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host;

    private RunningHost(IHost host, RecordedLog log)
    {
        _host = host;
        Log = log;
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    public RecordedLog Log { get; }

    public IServiceProvider Services => _host.Services;

    public static FunctionsApplicationBuilder Builder(string storage, Type[] functions, RecordedLog log, params string[] settings)
    {
        string[] args = ["--urls=http://127.0.0.1:0", $"--AzureWebJobsStorage={storage}", .. settings.Select(setting => $"--{setting}")];
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(FunctionAssemblies.Only(functions));
        return builder;
    }

    public static async Task<RunningHost> StartAsync(
        string storage, Type[] functions, Action<IServiceCollection>? configure = null, params string[] settings)
    {
        var log = new RecordedLog();
        var builder = Builder(storage, functions, log, settings);
        configure?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new RunningHost(host, log);
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}

/// <summary>What was logged, and a signal for what is waited for.</summary>
internal sealed class RecordedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _entries = new();
    private readonly ConcurrentQueue<(string Text, TaskCompletionSource Seen)> _awaited = new();

    public IReadOnlyList<(LogLevel Level, string Message)> Entries => [.. _entries];

    public IEnumerable<string> Errors => from entry in _entries where entry.Level == LogLevel.Error select entry.Message;

    public Task WaitForAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue((text, seen));
        Signal();
        return seen.Task.WaitAsync(RunningHost.Patience);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private void Signal()
    {
        foreach (var (text, seen) in _awaited)
        {
            if (_entries.Any(entry => entry.Message.Contains(text, StringComparison.Ordinal)))
            {
                seen.TrySetResult();
            }
        }
    }

    private sealed class Logger(RecordedLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            log._entries.Enqueue((logLevel, formatter(state, exception)));
            log.Signal();
        }
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Workers;

/// <summary>
/// The workers of a host: one for all functions; or, as on Flex Consumption, one for all HTTP functions and one for each queue or timer
/// function, which is started when its function is first to run.
/// </summary>
/// <param name="isSplit">Whether functions are kept apart.</param>
/// <param name="launcher">Starts them.</param>
/// <param name="server">Where they call.</param>
/// <param name="application">What they run.</param>
/// <param name="logs">Makes the logs.</param>
internal sealed class WorkerPool(
    bool isSplit, IWorkerLauncher launcher, WorkerServer server, WorkerApplication application, ILoggerFactory logs) : IAsyncDisposable
{
    private readonly Worker _first = new(isSplit ? "HTTP functions" : "all functions", mustStart: true, launcher, server, application, logs);
    private readonly Dictionary<string, Worker> _others = new(StringComparer.Ordinal);

    /// <summary>Starts the first worker, and shares the functions out.</summary>
    /// <param name="settings">The host's settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The functions, as the worker describes them.</returns>
    public async Task<IReadOnlyList<FunctionDefinition>> StartAsync(IConfiguration settings, CancellationToken cancellationToken)
    {
        var worker = await _first.GetAsync(cancellationToken);
        var functions = FunctionDefinition.From(await worker.Channel.IndexAsync(application.ScriptRoot), settings);
        var apart = functions.Where(function => isSplit && !function.IsTriggeredBy(FunctionDefinition.HttpTrigger)).ToArray();
        foreach (var function in apart)
        {
            var other = _others[function.Id] = new Worker(function.Name, mustStart: false, launcher, server, application, logs);
            await other.LoadAsync([function]);
        }

        await _first.LoadAsync([.. functions.Except(apart)]);
        return functions;
    }

    /// <summary>Who runs a function.</summary>
    public Worker For(FunctionDefinition function) => _others.GetValueOrDefault(function.Id, _first);

    /// <summary>Ends all workers.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_others.Values.Prepend(_first).Select(worker => worker.DisposeAsync().AsTask()));
}

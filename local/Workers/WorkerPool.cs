using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Local.Workers.Protocol;

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
    private const int MaxTries = 3;

    private readonly Worker _first = new(isSplit ? "HTTP functions" : "all functions", mustStart: true, launcher, server, application, logs);
    private readonly Dictionary<string, Worker> _others = new(StringComparer.Ordinal);

    /// <summary>Starts the first worker, and shares the functions out.</summary>
    /// <param name="settings">The host's settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The functions, as the worker describes them.</returns>
    public async Task<IReadOnlyList<FunctionDefinition>> StartAsync(IConfiguration settings, CancellationToken cancellationToken)
    {
        var functions = FunctionDefinition.From(await IndexAsync(cancellationToken), settings);
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

    private async Task<IReadOnlyList<RpcFunctionMetadata>> IndexAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var worker = await _first.GetAsync(cancellationToken);
            try
            {
                return await worker.Channel.IndexAsync(application.ScriptRoot);
            }
            catch (WorkerGoneException gone)
            {
                // The port that a worker has chosen for its requests may be taken when it comes to use it; the next one chooses another.
                if (tries == MaxTries)
                {
                    throw new HostAbortedException("The worker ended each time that it was started; its log says why.", gone);
                }
            }
        }
    }
}

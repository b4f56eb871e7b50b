using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Workers;

/// <summary>A worker that takes invocations.</summary>
/// <param name="Channel">What is said to it.</param>
/// <param name="HttpAddress">Where it takes requests.</param>
internal sealed record ReadyWorker(WorkerChannel Channel, Uri HttpAddress);

/// <summary>
/// Keeps one worker running for some of the functions: it is started when it is first needed, and another takes its place when it dies.
/// </summary>
/// <param name="name">What it is called in the log.</param>
/// <param name="mustStart">Whether it is given up when the very first says that it cannot start: somebody has to put something right then.</param>
/// <param name="launcher">Starts it.</param>
/// <param name="server">Where it calls.</param>
/// <param name="application">What it runs.</param>
/// <param name="logs">Makes the logs.</param>
internal sealed partial class Worker(
    string name, bool mustStart, IWorkerLauncher launcher, WorkerServer server, WorkerApplication application, ILoggerFactory logs) : IAsyncDisposable
{
    private const string HttpAddressCapability = "HttpUri";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    // The last words of a worker come after it has gone.
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);

    // Somebody waits for the next one; one that cannot be started at all must not keep the machine busy.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly WorkerLog _log = new(logs);
    private readonly ILogger _logger = logs.CreateLogger<Worker>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private ImmutableArray<FunctionDefinition> _functions = [];
    private TaskCompletionSource<ReadyWorker> _ready = NewReady();
    private Task? _keeping;
    private bool _hasBeenReady;

    /// <summary>Says which functions it is to run.</summary>
    public async Task LoadAsync(IReadOnlyList<FunctionDefinition> functions)
    {
        _functions = [.. functions];
        if (_keeping is not null)
        {
            var worker = await GetAsync(CancellationToken.None);
            try
            {
                await Task.WhenAll(functions.Select(worker.Channel.LoadAsync));
            }
            catch (WorkerGoneException)
            {
                // The next one loads them before it is ready.
                await GetAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>The worker, once it is ready.</summary>
    /// <exception cref="HostAbortedException">It could not be started, and is given up; the message says why.</exception>
    /// <exception cref="WorkerGoneException">There will be none any more.</exception>
    public Task<ReadyWorker> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _keeping ??= Task.Run(KeepAsync, CancellationToken.None);
            return Next().Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks the worker to end itself, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await (_keeping ?? Task.CompletedTask);
    }

    private static TaskCompletionSource<ReadyWorker> NewReady() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task KeepAsync()
    {
        for (var pause = FirstPause; !_stopping.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await RunAsync();
                pause = FirstPause;
            }
            catch (Exception failure) when (mustStart && !_hasBeenReady && failure is not WorkerGoneException)
            {
                // It would not start the next time either.
                Next().TrySetException(failure);
                return;
            }
            catch (Exception failure)
            {
                Log.NotStarted(_logger, name, failure.Message);
                await Task.Delay(pause, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        Next().TrySetException(new WorkerGoneException());
    }

    /// <summary>One worker from its start to its end.</summary>
    private async Task RunAsync()
    {
        var id = Guid.NewGuid().ToString();
        var channel = new WorkerChannel(_log);
        server.Expect(id, channel);
        try
        {
            await using var running = await launcher.LaunchAsync(new(server.Address, id, application.Settings));
            var worker = await PrepareAsync(running, channel);
            _hasBeenReady = true;
            Next().TrySetResult(worker);
            Task end = Task.WhenAny(running.Ended, channel.Closed).WaitAsync(_stopping.Token);
            await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
            {
                channel.Terminate(application.Grace);
                await Task.WhenAny(running.Ended, Task.Delay(application.Grace, TimeProvider.System));
            }
            else
            {
                channel.Close();
                await Task.WhenAny(running.Ended, Task.Delay(LastWordsPatience, TimeProvider.System));
                Log.Died(_logger, name, running.Ended.IsCompletedSuccessfully ? await running.Ended : "");
            }
        }
        finally
        {
            server.Forget(id);
            channel.Close();
        }
    }

    /// <summary>
    /// The worker that there is, or that is to come. Never one whose channel has closed: whoever learns that it has failed, and asks again, would
    /// fail again, and a message has only so many tries.
    /// </summary>
    private TaskCompletionSource<ReadyWorker> Next()
    {
        lock (_lock)
        {
            if (_ready.Task is { IsCompletedSuccessfully: true, Result.Channel.Closed.IsCompleted: true })
            {
                _ready = NewReady();
            }

            return _ready;
        }
    }

    /// <summary>Waits for its call, and has it load what it is to run.</summary>
    private async Task<ReadyWorker> PrepareAsync(IRunningWorker running, WorkerChannel channel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        patience.CancelAfter(StartPatience);
        if (await Task.WhenAny(channel.Opened, running.Ended).WaitAsync(patience.Token) != channel.Opened)
        {
            throw new HostAbortedException(await running.Ended is { Length: > 0 } said ? said : "The worker ended before it had started.");
        }

        var capabilities = await channel.InitializeAsync(application.ScriptRoot).WaitAsync(patience.Token);
        var address = running.HttpAddress ?? new Uri(capabilities[HttpAddressCapability]);
        await Task.WhenAll(_functions.Select(channel.LoadAsync)).WaitAsync(patience.Token);
        return new(channel, address);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The worker for {Name} has died and is replaced. {Said}")]
        public static partial void Died(ILogger logger, string name, string said);

        [LoggerMessage(Level = LogLevel.Error, Message = "The worker for {Name} could not be started; trying again. {Reason}")]
        public static partial void NotStarted(ILogger logger, string name, string reason);
    }
}

/// <summary>The application that workers run.</summary>
/// <param name="ScriptRoot">Its folder.</param>
/// <param name="Settings">Its settings, beside those of the environment.</param>
/// <param name="Grace">How long a worker may take to end.</param>
internal sealed record WorkerApplication(string ScriptRoot, IReadOnlyDictionary<string, string> Settings, TimeSpan Grace);

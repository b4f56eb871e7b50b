using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Local.Workers;
using Serverless.Local.Workers.Protocol;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Local;

/// <summary>What becomes of workers, and which functions they get.</summary>
public sealed class WorkerTests
{
    private const string Timer = """{"name":"timer","type":"timerTrigger","direction":"In","schedule":"0 0 0 1 1 *","runOnStartup":true}""";
    private const string Request = """{"name":"request","type":"httpTrigger","direction":"In","route":"{*path}"}""";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private readonly Channel<string> _ran = Channel.CreateUnbounded<string>();

    [Fact]
    public async Task One_that_dies_is_replaced_within_two_seconds_and_its_successor_loads_the_same()
    {
        var worker = Worker();
        await using var host = await ScriptedHost.StartAsync(worker);
        var first = await NextAsync(worker.Launched);

        worker.Die("Out of memory");

        var second = await worker.Launched.Reader.ReadAsync().AsTask().WaitAsync(Soon);
        Assert.NotEqual(first.WorkerId, second.WorkerId);
        Assert.Equal("The worker for all functions has died and is replaced. Out of memory", (await host.Log.WaitForAsync("has died")).Message);
        await Eventually.TrueAsync(() => Task.FromResult(LoadedBy(worker, second).SequenceEqual(["Ask", "Tick"])));
    }

    [Fact]
    public async Task One_that_never_starts_is_the_end_of_the_host_with_its_own_words()
    {
        var worker = Worker();
        worker.Failure = "TrustedProxies: must be 0 or 1, not \"x\".";

        var failure = await Assert.ThrowsAsync<HostAbortedException>(() => ScriptedHost.StartAsync(worker));

        Assert.Equal(worker.Failure, failure.Message);
        Assert.Equal(1, worker.Launched.Reader.Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task One_that_dies_while_it_starts_is_replaced_twice(int deaths)
    {
        var worker = Worker();
        worker.DeathsAtIndexing = deaths;

        if (deaths > 2)
        {
            var failure = await Assert.ThrowsAsync<HostAbortedException>(() => ScriptedHost.StartAsync(worker));
            Assert.Equal("The worker ended each time that it was started; its log says why.", failure.Message);
            return;
        }

        await using var host = await ScriptedHost.StartAsync(worker);
        Assert.Equal("Tick", await NextAsync(_ran));
    }

    [Fact]
    public async Task One_that_cannot_be_replaced_is_tried_again_with_pauses()
    {
        var worker = Worker();
        await using var host = await ScriptedHost.StartAsync(worker);
        await NextAsync(worker.Launched);

        worker.Failure = "The disk is full";
        worker.Die("");
        await NextAsync(worker.Launched);
        await host.Log.WaitForAsync("could not be started; trying again. The disk is full");
        worker.Failure = null;

        var last = await NextAsync(worker.Launched);
        await Eventually.TrueAsync(() => Task.FromResult(LoadedBy(worker, last).Length == 2));
    }

    [Fact]
    public async Task Apart_one_that_does_not_start_at_first_is_tried_again_and_nothing_is_given_up_meanwhile()
    {
        var worker = Worker();
        (worker.Failure, worker.FailingStart) = ("Killed while it started", 2);
        await using var host = await ScriptedHost.StartAsync(worker, isSplit: true);

        Assert.Equal("Tick", await NextAsync(_ran));

        Assert.Equal("The worker for Tick could not be started; trying again. Killed while it started", (await host.Log.WaitForAsync("trying again")).Message);
        Assert.DoesNotContain(host.Log.Lines, line => line.Message == "Function Tick failed.");
    }

    [Fact]
    public async Task One_whose_function_takes_longer_than_it_may_is_ended_and_replaced()
    {
        var worker = new ScriptedWorker().With("Tick", Timer, (_, _) => Task.Delay(Timeout.Infinite, CancellationToken.None));
        await using var host = await ScriptedHost.StartAsync(worker, settings: ["AzureFunctionsJobHost:functionTimeout=00:00:00.2"]);
        await NextAsync(worker.Launched);

        Assert.Equal("Function Tick has taken longer than 00:00:00.2000000: its worker is ended.", (await host.Log.WaitForAsync("has taken longer")).Message);
        await NextAsync(worker.Launched);
    }

    [Fact]
    public async Task Together_all_functions_are_one_worker_s()
    {
        var worker = Worker();
        await using var host = await ScriptedHost.StartAsync(worker);

        var only = await NextAsync(worker.Launched);
        Assert.Equal("Tick", await NextAsync(_ran));

        Assert.Equal(["Ask", "Tick"], LoadedBy(worker, only));
        Assert.Equal(0, worker.Launched.Reader.Count);
    }

    [Fact]
    public async Task Apart_each_function_that_takes_no_requests_has_a_worker_of_its_own_from_when_it_is_first_needed()
    {
        var worker = Worker().With("Later", Timer.Replace("true", "false", StringComparison.Ordinal), RunAsync);
        await using var host = await ScriptedHost.StartAsync(worker, isSplit: true);

        var http = await NextAsync(worker.Launched);
        var timer = await NextAsync(worker.Launched);
        Assert.Equal("Tick", await NextAsync(_ran));

        Assert.Equal(["Ask"], LoadedBy(worker, http));
        Assert.Equal(["Tick"], LoadedBy(worker, timer));
        Assert.Equal(0, worker.Launched.Reader.Count);
    }

    [Theory]
    [InlineData("AzureWebJobs.Tick.Disabled=true")]
    [InlineData("AzureWebJobs:Tick:Disabled=1")]
    public async Task A_function_that_a_setting_turns_off_is_not_loaded(string setting)
    {
        var worker = Worker();
        await using var host = await ScriptedHost.StartAsync(worker, settings: [setting]);

        Assert.Equal(["Ask"], LoadedBy(worker, await NextAsync(worker.Launched)));
    }

    [Theory]
    [InlineData("User", "Tick", "Function.Tick.User")]
    [InlineData("User", null, "Host.Function.Console")]
    [InlineData("System", "Tick", "Worker.LanguageWorkerChannel.dotnet-isolated")]
    public void What_a_worker_logs_has_the_categories_of_the_Functions_host(string kind, string? function, string category)
    {
        using var log = new RecordedLog();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var entry = new RpcLog
        {
            Level = RpcLog.Types.Level.Warning,
            Message = "Careful",
            LogCategory = Enum.Parse<RpcLog.Types.RpcLogCategory>(kind),
            Exception = new() { Message = "a mistake", StackTrace = "at home" },
        };

        new WorkerLog(logs).Write(entry, function);

        var line = Assert.Single(log.Lines);
        Assert.Equal((category, LogLevel.Warning, "Careful"), (line.Category, line.Level, line.Message));
        Assert.Equal($"a mistake{Environment.NewLine}at home", line.Failure!.ToString());
    }

    private static string[] LoadedBy(ScriptedWorker worker, WorkerStart start) =>
        [.. worker.Loaded.Where(loaded => loaded.WorkerId == start.WorkerId).Select(loaded => loaded.Function).Order(StringComparer.Ordinal)];

    private static async Task<T> NextAsync<T>(Channel<T> channel) => await channel.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    private ScriptedWorker Worker() => new ScriptedWorker().With("Ask", Request, RunAsync).With("Tick", Timer, RunAsync);

    private Task RunAsync(InvocationRequest invocation, CancellationToken cancelled) => _ran.Writer.WriteAsync(invocation.FunctionId, cancelled).AsTask();
}

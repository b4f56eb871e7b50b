using System.Collections.Concurrent;
using Azure;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Upkeep;

namespace Serverless.Tests.Runs.Engine;

/// <summary>The counts of runs, beside what counting the rows gives.</summary>
public sealed class RunCountTests : IAsyncLifetime
{
    private static readonly string[] Apps = ["one", "two", "three"];

    private readonly string _workspace = TenantIds.NewAccount();
    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;
    private StoredRuns _runs = null!;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());

        // Nobody carries the runs on but the tests.
        _host = await RunDriver.StartHostAsync(_proxy.Account, builder => builder.Configuration["AzureWebJobs.AdvanceRuns.Disabled"] = "true");
        _runs = new(_host, _workspace);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    /// <summary>Runs come, go on, end and are deleted, their ends are counted by several at once, and storage does all it can do wrong.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Category", "Faults")]
    public async Task Whatever_happens_the_counts_are_those_of_the_rows(int seed)
    {
        var random = new Random(seed);
        await _runs.AddEarlierAsync(Enumerable.Range(0, 150).Select(number => Earlier(random, number)));
        var faults = new RandomFaults(seed, share: 0.1);
        _proxy.Fault = faults.Next;
        var underWay = new ConcurrentBag<Run>();
        var ended = new ConcurrentBag<Run>();
        var seeds = Enumerable.Range(0, 6).Select(_ => random.Next()).ToArray();

        await Task.WhenAll(seeds.Select(own => ActAsync(new Random(own), underWay, ended)));

        _proxy.Fault = static _ => StorageFault.None;
        Assert.True(faults.Count > 20, "Hardly anything went wrong: this proves nothing.");
        await _runs.KeepAsync();
        Assert.Equal(await _runs.CountRowsAsync(), await _runs.CountAsync());
        foreach (var app in Apps)
        {
            Assert.Equal(await _runs.CountRowsAsync(app), await _runs.CountAsync(app));
        }

        var open = (await _runs.CountRowsAsync()).Take(2).Sum();
        Assert.True(open > 10 && ended.Count > 5, "Hardly any run did anything: this proves nothing.");
        Assert.Equal(open, (await _runs.KeysAsync()).Count(key => key.StartsWith("active-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_is_counted_from_its_acceptance_on_and_once_only_whoever_counts()
    {
        await _runs.SettleAsync();
        var run = await _runs.AddAsync(RunStatus.Queued, DateTimeOffset.UtcNow);
        Assert.Equal([1, 0, 0, 0, 0], await _runs.CountAsync());

        await MoveAsync(run, RunStatus.Completed);
        Assert.Equal([0, 0, 1, 0, 0], await _runs.CountAsync());
        Assert.Equal([0, 0, 1, 0, 0], await _runs.CountAsync("test"));
        Assert.Equal([0, 0, 0, 0, 0], await _runs.CountAsync("o'ther/"));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _runs.SettleAsync()));
        Assert.Equal([0, 0, 1, 0, 0], await _runs.CountAsync());
        Assert.Equal([0, 0, 1, 0, 0], await _runs.CountMonthAsync(DateTimeOffset.UtcNow.AddDays(1 - DateTimeOffset.UtcNow.Day)));
    }

    [Fact]
    public async Task Little_stands_beside_the_counts_even_if_upkeep_never_comes()
    {
        await using var host = await RunDriver.StartHostAsync();
        var runs = new RunDriver(host);
        var app = TestRuns.App(TestRuns.Text("a", "A"));
        await Task.WhenAll((await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => runs.StartAsync(app)))).Select(runs.EndOfAsync));

        var stored = new StoredRuns(host, runs.Workspace);
        await Eventually.TrueAsync(async () => (await stored.KeysAsync()).Count(key => key.StartsWith("active-", StringComparison.Ordinal)) <= 60);
        Assert.Equal([0, 0, 200, 0, 0], await stored.CountAsync());
    }

    [Fact]
    public async Task While_the_version_before_may_still_store_runs_its_runs_are_not_taken_for_counted()
    {
        await _runs.AddAsync(RunStatus.Completed, DateTimeOffset.UtcNow);
        await _runs.AddEarlierAsync(_runs.Make(RunStatus.Completed, DateTimeOffset.UtcNow.AddMinutes(-59)));
        await _runs.SettleAsync();

        Assert.Null(await _runs.CountAsync());
    }

    [Fact]
    public async Task Thousands_of_runs_of_the_version_before_are_counted_page_by_page()
    {
        await _runs.AddEarlierAsync(Enumerable.Range(0, 2_050).Select(number =>
            _runs.Make(number == 2_040 ? RunStatus.Running : RunStatus.Failed, DateTimeOffset.UtcNow.AddHours(-2).AddSeconds(-number), Apps[number % 2])));
        _proxy.Reset();

        await _runs.SettleAsync();

        Assert.Equal([0, 1, 0, 2_049, 0], await _runs.CountAsync());
        Assert.Equal([0, 1, 0, 1_024, 0], await _runs.CountAsync(Apps[0]));
        Assert.Equal(3, _proxy.Transactions.Count(transaction => transaction.Method == "POST"));
    }

    private static Task<bool> TryAsync(Func<Task> act) => TryAsync(act, static failure => failure is RequestFailedException or AggregateException or OperationCanceledException);

    private static async Task<bool> TryAsync(Func<Task> act, Predicate<Exception> isExpected)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception failure) when (isExpected(failure))
        {
            return false;
        }
    }

    private Run Earlier(Random random, int number) =>
        _runs.Make((RunStatus)random.Next(5), DateTimeOffset.UtcNow.AddHours(-2).AddMinutes(-number), Apps[random.Next(Apps.Length)]);

    private async Task ActAsync(Random random, ConcurrentBag<Run> underWay, ConcurrentBag<Run> ended)
    {
        for (var action = 0; action < 25; action++)
        {
            await TryAsync(() => random.Next(8) switch
            {
                0 or 1 or 2 => BeginAsync(random, underWay),
                3 or 4 => EndAsync(random, underWay, ended),
                5 when ended.TryTake(out var run) => _host.Services.GetRequiredService<RunRemoval>().DeleteAsync(_workspace, run.Id, CancellationToken.None),
                6 when underWay.TryPeek(out var run) => MoveAsync(run, RunStatus.Running),
                _ => _host.Services.GetRequiredService<RunSettlement>().SettleAsync(_workspace, CancellationToken.None),
            });
        }
    }

    private async Task BeginAsync(Random random, ConcurrentBag<Run> underWay)
    {
        var run = _runs.Make(RunStatus.Queued, DateTimeOffset.UtcNow, Apps[random.Next(Apps.Length)]);
        underWay.Add(run);
        await _host.Services.GetRequiredService<RunStore>().TryAddAsync(run);
    }

    private async Task EndAsync(Random random, ConcurrentBag<Run> underWay, ConcurrentBag<Run> ended)
    {
        if (underWay.TryTake(out var run))
        {
            await MoveAsync(run, RunStatus.Completed + random.Next(3));
            ended.Add(run);
        }
    }

    private async Task MoveAsync(Run run, RunStatus status)
    {
        var store = _host.Services.GetRequiredService<RunStore>();
        if (await store.FindAsync(_workspace, run.Id, CancellationToken.None) is { Run.IsTerminal: false } stored)
        {
            var now = DateTimeOffset.UtcNow;
            await store.TryReplaceAsync(stored.Run with { Status = status, StartedAt = now, CompletedAt = status.IsTerminal() ? now : null }, stored.ETag, now.AddHours(1));
        }
    }
}

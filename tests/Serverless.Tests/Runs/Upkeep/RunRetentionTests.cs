using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Runs;
using Serverless.Runs.Engine;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs.Upkeep;

/// <summary>Runs that are past retention, and the upkeep that removes them.</summary>
public sealed class RunRetentionTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly FrozenTime _time = new(Now);
    private readonly string _workspace = TenantIds.NewAccount();
    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;
    private StoredRuns _runs = null!;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await StartAsync();
        _runs = new(_host, _workspace);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_run_is_kept_for_ninety_days_after_its_end_and_goes_with_its_deliveries()
    {
        var past = await _runs.AddAsync(RunStatus.Failed, Ago(91), endedAt: Ago(90).AddSeconds(-1));
        var longOne = await _runs.AddAsync(RunStatus.Completed, Ago(92), endedAt: Ago(90).AddSeconds(1));
        var recent = await _runs.AddAsync(RunStatus.Cancelled, Ago(89));
        var underWay = await _runs.AddAsync(RunStatus.Running, Ago(400));
        foreach (var run in (Run[])[past, longOne, recent])
        {
            await _runs.AddDeliveryAsync(run, 1);
            await _runs.AddDeliveryAsync(run, 2);
        }

        await _runs.KeepAsync();

        Assert.Equal(
            [
                $"active-{underWay.Id}",
                $"delivery-{recent.Id}-01", $"delivery-{recent.Id}-02", $"delivery-{longOne.Id}-01", $"delivery-{longOne.Id}-02",
                $"run-{recent.Id}", $"run-{longOne.Id}", $"run-{underWay.Id}",
            ],
            await _runs.KeysAsync());
        Assert.Equal([0, 1, 1, 0, 1], await _runs.CountAsync());

        _time.Advance(TimeSpan.FromSeconds(2));
        await _runs.KeepAsync();

        Assert.Equal([0, 1, 0, 0, 1], await _runs.CountAsync());
        Assert.Equal(5, (await _runs.KeysAsync()).Count);
    }

    [Fact]
    public async Task A_setting_says_how_long_runs_are_kept()
    {
        await using var host = await RunDriver.StartHostAsync(configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.Configuration[RunRetentionOptions.Setting] = "1";
        });
        var runs = new StoredRuns(host, _workspace);
        await runs.AddAsync(RunStatus.Completed, Ago(1.1));
        var kept = await runs.AddAsync(RunStatus.Completed, Ago(0.9));

        await runs.KeepAsync();

        Assert.Equal([$"run-{kept.Id}"], await runs.KeysAsync());
    }

    [Fact]
    public async Task Hundreds_of_runs_go_ninety_at_a_time_whichever_version_stored_them()
    {
        await _runs.AddEarlierAsync(Enumerable.Range(0, 230).Select(minute => _runs.Make(RunStatus.Completed, Ago(200).AddMinutes(minute))));
        var kept = _runs.Make(RunStatus.Completed, Ago(3));
        await _runs.AddEarlierAsync(kept);
        _proxy.Reset();

        await _runs.KeepAsync();

        Assert.Equal([$"run-{kept.Id}"], await _runs.KeysAsync());
        Assert.Equal([0, 0, 1, 0, 0], await _runs.CountAsync());

        // Ninety, ninety and fifty; and the counts.
        Assert.Equal(4, _proxy.Transactions.Count(transaction => transaction.Method == "POST"));
    }

    [Fact]
    public async Task Cut_short_at_any_transaction_it_goes_on_the_next_time_and_the_counts_are_right_throughout()
    {
        for (var cut = 1; cut <= 8; cut++)
        {
            var runs = new StoredRuns(_host, TenantIds.NewAccount());
            for (var number = 0; number < 12; number++)
            {
                var run = await runs.AddAsync(number % 2 == 0 ? RunStatus.Completed : RunStatus.Failed, Ago(100).AddMinutes(number), $"app-{number % 3}");
                await runs.AddDeliveryAsync(run, 1);
            }

            await runs.AddEarlierAsync(runs.Make(RunStatus.Completed, Ago(101)), runs.Make(RunStatus.Cancelled, Ago(50)), runs.Make(RunStatus.Completed, Ago(40)));
            var left = cut;
            _proxy.Fault = request => HttpMethods.IsPost(request.Method) && Interlocked.Decrement(ref left) < 0 ? StorageFault.Unavailable : StorageFault.None;
            await runs.KeepAsync();
            _proxy.Fault = static _ => StorageFault.None;
            Assert.Empty(await OrphansAsync(runs));
            await runs.SettleAsync();
            Assert.Equal(await runs.CountRowsAsync(), await runs.CountAsync());

            await runs.KeepAsync();

            Assert.Equal([0, 0, 1, 0, 1], await runs.CountAsync());
            Assert.Equal([0, 0, 1, 0, 1], await runs.CountRowsAsync());
            Assert.Equal(2, (await runs.KeysAsync()).Count);
        }
    }

    [Fact]
    public async Task A_workspace_where_nothing_is_to_be_done_costs_two_transactions()
    {
        for (var number = 0; number < 3; number++)
        {
            var runs = new StoredRuns(_host, TenantIds.NewAccount());
            await runs.AddAsync(RunStatus.Completed, Ago(number));
        }

        await _runs.KeepAsync();
        _proxy.Reset();

        await _runs.KeepAsync();

        // Where it was; the next workspace, and whether it has anything past retention; and that there is no other.
        Assert.Equal(Enumerable.Repeat("table GET", 1 + (3 * 2) + 1), _proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task A_run_of_it_that_is_out_of_time_leaves_the_rest_to_the_next()
    {
        var time = new AdjustableTime();
        await using var host = await RunDriver.StartHostAsync(_proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var workspaces = Enumerable.Range(0, 3).Select(_ => TenantIds.NewAccount()).Order(StringComparer.Ordinal).Select(workspace => new StoredRuns(host, workspace)).ToArray();
        foreach (var runs in workspaces)
        {
            await runs.AddAsync(RunStatus.Completed, time.GetUtcNow().AddDays(-100));
        }

        // The first workspace takes all the time there is.
        _proxy.Fault = request =>
        {
            if (!HttpMethods.IsPost(request.Method))
            {
                return StorageFault.None;
            }

            time.Advance(TimeSpan.FromMinutes(6));
            return StorageFault.Unavailable;
        };
        await workspaces[0].KeepAsync();
        _proxy.Fault = static _ => StorageFault.None;
        Assert.Equal([2, 2, 2], await LeftAsync());

        await workspaces[0].KeepAsync();
        Assert.Equal([2, 0, 0], await LeftAsync());
        await workspaces[0].KeepAsync();
        Assert.Equal([0, 0, 0], await LeftAsync());

        async Task<IReadOnlyList<int>> LeftAsync() => [.. (await Task.WhenAll(workspaces.Select(runs => runs.KeysAsync()))).Select(keys => keys.Count)];
    }

    [Fact]
    public async Task A_message_that_comes_later_than_runs_are_kept_brings_no_run()
    {
        var run = _runs.Make(RunStatus.Queued, Ago(91));
        var message = (RunMessage.Of(run) with { Document = RunDocument.Encode(run) }).Encode();

        await _host.Services.GetRequiredService<RunEngine>().AdvanceAsync(message, CancellationToken.None);

        Assert.Empty(await _runs.KeysAsync());
    }

    [Fact]
    public void It_all_happens_every_hour()
    {
        var trigger = Assert.Single(typeof(RunFunctions).GetMethod(nameof(RunFunctions.SweepAsync))!.GetParameters()[0].GetCustomAttributes(inherit: false).OfType<TimerTriggerAttribute>());

        Assert.Equal("0 0 * * * *", trigger.Schedule);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3651")]
    [InlineData("a month")]
    public async Task A_retention_that_makes_no_sense_is_refused_at_the_start(string days)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ServerlessHost.StartAsync(configure: builder => builder.Configuration[RunRetentionOptions.Setting] = days));

        Assert.Equal($"RunRetentionDays: must be a whole number of days from 1 to 3650, not \"{days}\".", failure.Message);
    }

    private static DateTimeOffset Ago(double days) => Now.AddDays(-days);

    // Deliveries whose run is not there.
    private static async Task<IEnumerable<string>> OrphansAsync(StoredRuns runs)
    {
        var keys = await runs.KeysAsync();
        return keys.Where(key => key.StartsWith("delivery-", StringComparison.Ordinal) && !keys.Contains($"run-{key.Substring("delivery-".Length, Guid.Empty.ToString().Length)}"));
    }

    // Nobody carries on what upkeep finds.
    private Task<ServerlessHost> StartAsync() => RunDriver.StartHostAsync(_proxy.Account, builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Configuration["AzureWebJobs.AdvanceRuns.Disabled"] = "true";
    });
}

using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Upkeep;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Runs whose messages are lost.</summary>
public sealed class RunSweeperTests : IAsyncLifetime
{
    private readonly AdjustableTime _time = new();
    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;
    private RunDriver _runs = null!;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await RunDriver.StartHostAsync(_proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(_time));
        _runs = new(_host);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_run_whose_first_message_was_lost_is_begun_after_ten_minutes()
    {
        _proxy.Fault = static request => request.Method == "GET" && request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal) ? StorageFault.Unavailable : StorageFault.None;
        var run = await _runs.StartAsync(App(Text("a", "A")));
        await LoseMessagesAsync();
        _proxy.Fault = static _ => StorageFault.None;

        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(0, await SweepAsync());
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await SweepAsync());

        Assert.Equal(["A"], RunDriver.ValuesOf(await _runs.EndOfAsync(run)));
        Assert.Equal(0, await SweepAsync());
    }

    [Fact]
    public async Task A_run_that_waits_is_overdue_ten_minutes_after_its_time()
    {
        var run = await _runs.StartAsync(App(Delay("wait", 3600), Text("after", "After", after: "wait")));
        await _runs.WaitAsync(run, stored => stored.Status == RunStatus.Running);
        await LoseMessagesAsync();

        _time.Advance(TimeSpan.FromMinutes(69));
        Assert.Equal(0, await SweepAsync());
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await SweepAsync());

        Assert.Equal(["", "After"], RunDriver.ValuesOf(await _runs.EndOfAsync(run)));
    }

    [Fact]
    public async Task One_message_too_many_does_no_harm()
    {
        await using var receiver = EffectReceiver.Start();
        var accepted = await _runs.StartAsync(App(Delay("wait", 2), Post("call", receiver.Url, after: "wait")));
        await _runs.WaitAsync(accepted, stored => stored.Status == RunStatus.Running);

        await _host.Services.GetRequiredService<RunQueue>().SendAsync(RunMessage.Of(accepted));

        var run = await _runs.EndOfAsync(accepted);
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(new($"{run.Id}:call", 1), Assert.Single(receiver.Requests));
    }

    [Fact]
    public async Task A_run_that_the_version_before_stored_is_found_as_well()
    {
        var stored = new StoredRuns(_host, _runs.Workspace);
        var run = stored.Make(RunStatus.Queued, _time.GetUtcNow().AddHours(-2));
        await stored.AddEarlierAsync(run, stored.Make(RunStatus.Completed, _time.GetUtcNow().AddHours(-3)));

        Assert.Equal(1, await SweepAsync());

        Assert.Equal(["A"], RunDriver.ValuesOf(await _runs.EndOfAsync(run)));
        Assert.Equal(0, await SweepAsync());
        Assert.Equal([0, 0, 2, 0, 0], await stored.CountAsync());
    }

    [Fact]
    public async Task What_stands_beside_a_run_that_is_gone_or_over_is_put_right()
    {
        var stored = new StoredRuns(_host, _runs.Workspace);
        var (gone, over) = (await stored.AddAsync(RunStatus.Running, _time.GetUtcNow()), await stored.AddAsync(RunStatus.Running, _time.GetUtcNow()));
        var table = new TableClient(_host.Account.Direct.ConnectionString, TableNames.Runs);
        await table.DeleteEntityAsync(gone.Workspace, RunRow.KeyOf(gone.Id));

        // As the version before ends a run.
        await table.UpsertEntityAsync(
            new TableEntity(over.Workspace, RunRow.KeyOf(over.Id)) { ["Status"] = "completed", ["AppId"] = "test", ["Source"] = "api_app", ["CompletedAt"] = _time.GetUtcNow() },
            TableUpdateMode.Replace);
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(0, await SweepAsync());
        Assert.Equal(0, await SweepAsync());

        Assert.Equal([$"run-{over.Id}"], await stored.KeysAsync());
        Assert.Equal([0, 0, 1, 0, 0], await stored.CountAsync());
    }

    private async Task LoseMessagesAsync() => await new QueueClient(_host.Account.Direct.ConnectionString, QueueNames.Runs).ClearMessagesAsync();

    private Task<int> SweepAsync() => _host.Services.GetRequiredService<RunUpkeep>().RunAsync(CancellationToken.None);
}

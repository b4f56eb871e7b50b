using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;
using Serverless.Tests.Runs.Upkeep;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs;

/// <summary>Runs that are deleted, and what still comes about them.</summary>
public sealed class RunDeletionTests(RunFixture fixture) : IClassFixture<RunFixture>, IAsyncLifetime
{
    private readonly RunDriver _driver = new(fixture.Host);
    private readonly EffectReceiver _receiver = EffectReceiver.Start();
    private StoredRuns _runs = null!;

    public Task InitializeAsync()
    {
        _runs = new(fixture.Host, _driver.Workspace);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        fixture.Proxy.Fault = static _ => StorageFault.None;
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_message_that_comes_late_does_not_bring_a_deleted_run_back()
    {
        var run = await _driver.StartAsync(App(Post("call", _receiver.Url + "call")), webhook: "http://127.0.0.1:1/");
        await _driver.EndOfAsync(run);
        await _runs.AddDeliveryAsync(run, 1);
        Assert.Equal(RunDeletion.Deleted, await DeleteAsync(run));

        var engine = fixture.Host.Services.GetRequiredService<RunEngine>();
        await engine.AdvanceAsync((RunMessage.Of(run) with { Document = RunDocument.Encode(run) }).Encode(), CancellationToken.None);
        await engine.AdvanceAsync(RunMessage.Of(run).Encode(), CancellationToken.None);
        await fixture.Host.Services.GetRequiredService<RunEnding>().AbandonAsync(RunMessage.Of(run) with { Document = RunDocument.Encode(run) }, "It failed");

        Assert.Equal(new($"{run.Id}:call", 1), Assert.Single(_receiver.Requests));
        Assert.Equal([$"run-{run.Id}"], await _runs.KeysAsync());
        Assert.Null(await fixture.Host.Services.GetRequiredService<RunStore>().LookAsync(run.Workspace, run.Id, CancellationToken.None));
        Assert.Equal([0, 0, 0, 0, 0], await _runs.CountRowsAsync());
        Assert.Equal(RunDeletion.Missing, await DeleteAsync(run));
    }

    [Fact]
    public async Task What_is_left_of_a_deleted_run_goes_when_the_run_would_have_gone()
    {
        var run = await _runs.AddAsync(RunStatus.Completed, DateTimeOffset.UtcNow.AddDays(-91));
        await DeleteAsync(run);

        await _runs.KeepAsync();

        Assert.Empty(await _runs.KeysAsync());
        Assert.Equal([0, 0, 0, 0, 0], await _runs.CountAsync());
    }

    [Fact]
    public async Task A_run_that_is_cancelled_and_deleted_while_a_step_is_under_way_is_let_go_of()
    {
        var release = new TaskCompletionSource<(int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = EffectReceiver.StartWaiting(_ => release.Task);
        var run = await _driver.StartAsync(App(Post("call", receiver.Url)));
        await receiver.WaitForAsync(1);
        fixture.Proxy.Reset();
        await fixture.Host.Services.GetRequiredService<RunEnding>().CancelAsync(run.Workspace, run.Id, CancellationToken.None);
        Assert.Equal(RunDeletion.Deleted, await DeleteAsync(run));

        release.SetResult((200, "done"));

        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        Assert.Equal([$"run-{run.Id}"], await _runs.KeysAsync());
        Assert.Equal(0, fixture.Proxy.CountSent("runs-poison"));
    }

    [Fact]
    public async Task Many_runs_are_deleted_at_once()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => _runs.AddAsync(RunStatus.Completed, DateTimeOffset.UtcNow, $"app-{number % 2}")));

        var deletions = await Task.WhenAll(runs[..15].Select(DeleteAsync));

        Assert.All(deletions, deletion => Assert.Equal(RunDeletion.Deleted, deletion));
        await _runs.SettleAsync();
        Assert.Equal([0, 0, 5, 0, 0], await _runs.CountAsync());
        Assert.Equal([0, 0, 2, 0, 0], await _runs.CountAsync("app-0"));
        Assert.Equal([0, 0, 3, 0, 0], await _runs.CountAsync("app-1"));
        Assert.Equal([0, 0, 20, 0, 0], await _runs.CountMonthAsync(new(DateTime.UtcNow.Year, DateTime.UtcNow.Month, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public async Task Two_who_delete_a_run_at_once_do_not_take_it_out_of_the_counts_twice()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _runs.AddAsync(RunStatus.Completed, DateTimeOffset.UtcNow)));

        var deletions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DeleteAsync(runs[0])));

        Assert.Single(deletions, RunDeletion.Deleted);
        await _runs.SettleAsync();
        Assert.Equal([0, 0, 2, 0, 0], await _runs.CountAsync());
    }

    [Fact]
    public async Task A_run_of_the_version_before_is_deleted_whether_it_is_counted_yet_or_not()
    {
        var earlier = Enumerable.Range(0, 3).Select(number => _runs.Make(RunStatus.Completed, DateTimeOffset.UtcNow.AddHours(-2 - number))).ToArray();
        await _runs.AddEarlierAsync(earlier);

        Assert.Equal(RunDeletion.Deleted, await DeleteAsync(earlier[0]));
        await _runs.SettleAsync();
        Assert.Equal([0, 0, 2, 0, 0], await _runs.CountAsync());
        Assert.Equal(RunDeletion.Deleted, await DeleteAsync(earlier[1]));

        Assert.Equal([0, 0, 1, 0, 0], await _runs.CountAsync());
    }

    private Task<RunDeletion> DeleteAsync(Run run) => fixture.Host.Services.GetRequiredService<RunRemoval>().DeleteAsync(run.Workspace, run.Id, CancellationToken.None);
}

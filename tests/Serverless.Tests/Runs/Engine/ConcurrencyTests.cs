using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Concurrency;
using Serverless.Runs.Upkeep;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Runs of apps that say how many of them are under way at once.</summary>
public sealed class ConcurrencyTests(RunFixture fixture) : IClassFixture<RunFixture>, IDisposable
{
    private readonly RunDriver _runs = new(fixture.Host);

    private TableClient Table => new(fixture.Host.Account.Direct.ConnectionString, TableNames.Runs);

    public void Dispose() => fixture.Proxy.Fault = static _ => StorageFault.None;

    [Fact]
    public async Task So_many_runs_are_under_way_at_once_and_the_others_follow_in_their_order()
    {
        var releases = new ConcurrentDictionary<string, TaskCompletionSource<(int, string)>>();
        await using var receiver = EffectReceiver.StartWaiting(request => Release(RunOf(request)).Task);
        var app = App(Post("call", receiver.Url)) with { Concurrency = new(2, null) };
        var runs = new List<Run>();
        for (var number = 0; number < 6; number++)
        {
            runs.Add(await _runs.StartAsync(app, acceptedAt: DateTimeOffset.UtcNow.AddSeconds(number - 10)));
            await Eventually.TrueAsync(async () => (await SlotsAsync(runs[0])) is var slots && slots.UnderWay.Length + slots.Waiting.Length == number + 1);
        }

        var began = new List<string>();
        for (var ended = 0; ended < 6; ended++)
        {
            await receiver.WaitForAsync(Math.Min(ended + 2, 6));
            began = [.. runs.Select(run => run.Id.Text).Where(run => receiver.Requests.ContainsKey($"{run}:call"))];
            Assert.Equal(runs.Take(Math.Min(ended + 2, 6)).Select(run => run.Id.Text), began);
            Assert.Equal(Math.Max(0, 4 - ended), (await SlotsAsync(runs[0])).Waiting.Length);
            Release(runs[ended].Id.Text).SetResult((200, "done"));
            await _runs.EndOfAsync(runs[ended]);
        }

        Assert.All(receiver.Requests, request => Assert.Equal(1, request.Value));
        Assert.True((await SlotsAsync(runs[0])).IsEmpty);

        TaskCompletionSource<(int, string)> Release(string run) => releases.GetOrAdd(run, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    [Fact]
    public async Task Runs_with_other_keys_do_not_wait_for_one_another()
    {
        var release = new TaskCompletionSource<(int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = EffectReceiver.StartWaiting(_ => release.Task);
        var app = App(Post("call", receiver.Url)) with { Concurrency = new(1, "{{inputs.Who}}") };
        var ann = await _runs.StartAsync(app, who: "Ann");
        await receiver.WaitForAsync(1);
        var second = await _runs.StartAsync(app, who: "Ann");
        var bob = await _runs.StartAsync(app, who: "Bob");

        await receiver.WaitForAsync(2);

        Assert.Equivalent((string[])[$"{ann.Id}:call", $"{bob.Id}:call"], receiver.Requests.Keys, strict: true);
        await Eventually.TrueAsync(async () => (await SlotsAsync(second)).Waiting.Length == 1);
        Assert.Equal(RunStatus.Queued, (await _runs.ReadAsync(second)).Status);
        release.SetResult((200, "done"));
        foreach (var run in (Run[])[ann, second, bob])
        {
            Assert.Equal(RunStatus.Completed, (await _runs.EndOfAsync(run)).Status);
        }
    }

    [Fact]
    public async Task A_run_that_is_cancelled_makes_room_whether_it_is_under_way_or_waits()
    {
        var app = App(Delay("wait", 60)) with { Concurrency = new(1, null) };
        var (first, second) = await StartTwoAsync(app, app);
        var third = await _runs.StartAsync(app);
        await Eventually.TrueAsync(async () => (await SlotsAsync(first)).Waiting.Length == 2);

        await CancelAsync(second);
        Assert.Equal([third.Id], (await SlotsAsync(first)).Waiting.Select(waiting => waiting.Run));
        await CancelAsync(first);

        await _runs.WaitAsync(third, run => run.Status == RunStatus.Running);
        Assert.Equal(third.Id, Assert.Single((await SlotsAsync(first)).UnderWay));
        await CancelAsync(third);
        Assert.True((await SlotsAsync(first)).IsEmpty);
    }

    [Fact]
    public async Task A_run_that_fails_and_one_whose_message_could_not_be_processed_make_room()
    {
        await using var receiver = EffectReceiver.Start(_ => (400, ""));
        var app = App(Post("call", receiver.Url)) with { Concurrency = new(1, null) };
        var waits = App(Delay("wait", 60)) with { Concurrency = new(1, null) };
        var (lost, fails) = await StartTwoAsync(waits, app);

        await fixture.Host.Services.GetRequiredService<RunEnding>().AbandonAsync(RunMessage.Of(lost), "It broke");

        Assert.Equal(RunStatus.Failed, (await _runs.EndOfAsync(fails)).Status);
        Assert.True((await SlotsAsync(lost)).IsEmpty);
    }

    [Fact]
    public async Task Who_waits_begins_although_the_message_for_it_was_lost_with_the_process_that_was_to_send_it()
    {
        var app = App(Delay("wait", 2)) with { Concurrency = new(1, null) };
        var (first, second) = await StartTwoAsync(app, app);

        // As if it had been ended, and nobody had come to send anything: the message of the first is still there.
        var store = fixture.Host.Services.GetRequiredService<RunStore>();
        var stored = await store.FindAsync(first.Workspace, first.Id, CancellationToken.None);
        var ended = await store.TryReplaceAsync(RunTransition.Cancel(stored!.Run, DateTimeOffset.UtcNow), stored.ETag, DateTimeOffset.UtcNow);

        Assert.Equal([second.Id], ended!.Run.MadeRoomFor);
        Assert.Equal(RunStatus.Completed, (await _runs.EndOfAsync(second)).Status);
    }

    [Fact]
    public async Task Who_waits_begins_although_whoever_cancelled_the_run_before_it_died_over_that()
    {
        var app = App(Delay("wait", 600)) with { Concurrency = new(1, null) };
        var (first, second) = await StartTwoAsync(app, app);
        var hasEnded = false;
        fixture.Proxy.Fault = request =>
        {
            hasEnded |= request.IsRunWrite();
            return hasEnded && HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith($"/{QueueNames.Runs}/messages", StringComparison.Ordinal)
                ? StorageFault.Refused(400)
                : StorageFault.None;
        };

        await Assert.ThrowsAsync<RequestFailedException>(() => CancelAsync(first));

        fixture.Proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(RunStatus.Cancelled, (await _runs.ReadAsync(first)).Status);
        Assert.Equal(second.Id, Assert.Single((await SlotsAsync(first)).UnderWay));
        await _runs.WaitAsync(second, run => run.Status == RunStatus.Running && run.Steps["wait"].Attempt == 1);
        await CancelAsync(second);
    }

    [Fact]
    public async Task Who_waits_for_a_run_that_is_not_there_any_more_begins_when_the_sweep_comes_by()
    {
        var app = App(Text("a", "A")) with { Concurrency = new(1, null) };
        var waits = Run(app, _runs.Workspace, DateTimeOffset.UtcNow.AddHours(-2));
        var key = RunSlots.KeyOf(waits)!;
        var slots = RunSlots.Empty.Enter(RunId.New(DateTimeOffset.UtcNow.AddHours(-3)), 1).Enter(waits.Id, 1);
        await Table.SubmitTransactionAsync([slots.Write(_runs.Workspace, key, null)]);
        await fixture.Host.Services.GetRequiredService<RunStore>().TryAddAsync(waits);

        await fixture.Host.Services.GetRequiredService<RunUpkeep>().RunAsync(CancellationToken.None);

        Assert.Equal(RunStatus.Completed, (await _runs.EndOfAsync(waits)).Status);
        Assert.True((await SlotsAsync(waits)).IsEmpty);
    }

    [Fact]
    public async Task More_than_may_wait_do_not()
    {
        var app = App(Text("a", "A")) with { Concurrency = new(1, null) };
        var slots = Enumerable.Range(0, RunSlots.MaxWaiting + 1).Aggregate(RunSlots.Empty, (all, second) => all.Enter(RunId.New(Start.AddSeconds(second)), 1));
        await Table.SubmitTransactionAsync([slots.Write(_runs.Workspace, RunSlots.KeyOf(Run(app))!, null)]);

        var end = await _runs.RunAsync(app);

        Assert.Equal((RunStatus.Failed, "20000 runs of the app wait already"), (end.Status, end.ErrorMessage));
    }

    [Fact]
    public async Task A_limit_costs_a_run_three_transactions_and_nothing_is_asked_while_it_waits()
    {
        // With an application of its own: what is left of other tests would be counted too.
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await RunDriver.StartHostAsync(proxy.Account);
        var runs = new RunDriver(host);
        var app = App(Text("a", "A")) with { Concurrency = new(1, null) };
        proxy.Reset();
        await runs.RunAsync(app);
        await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        var inserted = proxy.HoldRunMessages();
        proxy.Reset();

        await runs.StartAsync(app);
        inserted.SetResult();
        await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));

        Assert.Equal(
            [
                "queue DELETE", // the message
                "queue GET",    // its receipt
                "queue POST",   // its sending
                "table GET",    // the run
                "table GET",    // who is under way, when it is to begin
                "table GET",    // and when it ends
                "table POST",   // the run, with its active row
                "table POST",   // its beginning, with who is under way
                "table POST",   // its end, with the same
            ],
            proxy.Transactions.Select(transaction => transaction.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Category", "Faults")]
    public async Task Whatever_happens_to_their_storage_all_come_to_their_end_and_never_too_many_are_under_way(int seed)
    {
        await using var receiver = EffectReceiver.StartWaiting(async request =>
        {
            await Task.Delay(Random.Shared.Next(30));
            return (200, $"{request.Path} done");
        });
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await RunDriver.StartHostAsync(proxy.Account);
        var runs = new RunDriver(host);
        var app = App(Post("a", receiver.Url + "a"), Post("b", receiver.Url + "b", after: "a")) with { Concurrency = new(3, "{{inputs.Who}}") };
        var faults = new RandomFaults(seed, share: 0.1);
        var table = new TableClient(host.Account.Direct.ConnectionString, TableNames.Runs);
        using var over = new CancellationTokenSource();
        var watching = WatchAsync();
        proxy.Fault = faults.Next;

        var accepted = (await Task.WhenAll(Enumerable.Range(0, 30).Select(async number =>
        {
            try
            {
                return await runs.StartAsync(app, who: number % 3 == 0 ? "Ann" : "Bob");
            }
            catch (Exception failure) when (failure is RequestFailedException or AggregateException)
            {
                return null;
            }
        }))).OfType<Run>().ToArray();
        foreach (var run in accepted.Where((_, index) => index % 7 == 0))
        {
            try
            {
                await host.Services.GetRequiredService<RunEnding>().CancelAsync(run.Workspace, run.Id, CancellationToken.None);
            }
            catch (Exception failure) when (failure is RequestFailedException or AggregateException)
            {
                // Whoever cancels tries again, or does not.
            }
        }

        var ends = await Task.WhenAll(accepted.Select(runs.EndOfAsync));
        var deleted = ends.Where((_, index) => index % 2 == 0).ToArray();
        await Task.WhenAll(deleted.Select(DeleteAsync));
        proxy.Fault = static _ => StorageFault.None;
        await over.CancelAsync();
        var most = await watching;

        Assert.True(faults.Count > 10, "Hardly anything went wrong: this proves nothing.");
        Assert.Equal(3, most);
        Assert.All(ends.Where(run => run.Status != RunStatus.Cancelled), run => Assert.Equal(["a done", "b done"], RunDriver.ValuesOf(run)));
        Assert.Empty(await table.QueryAsync<TableEntity>(SlotsFilter(runs.Workspace)).ToListAsync());
        var left = await Task.WhenAll(accepted.Select(async run => await host.Services.GetRequiredService<RunStore>().LookAsync(run.Workspace, run.Id, CancellationToken.None)));
        Assert.Equal(ends.Except(deleted).Select(run => run.Id.Text).Order(StringComparer.Ordinal), left.OfType<Run>().Select(run => run.Id.Text).Order(StringComparer.Ordinal));

        async Task DeleteAsync(Run run)
        {
            var deletion = RunDeletion.Contended;
            while (deletion is not (RunDeletion.Deleted or RunDeletion.Missing))
            {
                try
                {
                    deletion = await host.Services.GetRequiredService<RunRemoval>().DeleteAsync(run.Workspace, run.Id, CancellationToken.None);
                }
                catch (Exception failure) when (failure is RequestFailedException or AggregateException)
                {
                    // Whoever deletes tries again.
                }
            }
        }

        // The most that are under way at once, by the rows that say so.
        async Task<int> WatchAsync()
        {
            var found = 0;
            while (!over.IsCancellationRequested)
            {
                await foreach (var row in table.QueryAsync<TableEntity>(SlotsFilter(runs.Workspace)))
                {
                    found = Math.Max(found, RunSlots.Read(row).UnderWay.Length);
                }

                await Task.Delay(10);
            }

            return found;
        }
    }

    private static string SlotsFilter(string workspace) => TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {"slots-"} and RowKey lt {"slots."}");

    private static string RunOf(StepRequest request) => request.Key[..request.Key.IndexOf(':')];

    private Task<Run?> CancelAsync(Run run) => fixture.Host.Services.GetRequiredService<RunEnding>().CancelAsync(run.Workspace, run.Id, CancellationToken.None);

    // One that is under way, and one that waits for it.
    private async Task<(Run First, Run Second)> StartTwoAsync(AppDefinition ofFirst, AppDefinition ofSecond)
    {
        var first = await _runs.StartAsync(ofFirst);
        await _runs.WaitAsync(first, run => run.Status == RunStatus.Running);
        var second = await _runs.StartAsync(ofSecond);
        await Eventually.TrueAsync(async () => (await SlotsAsync(first)).Waiting.Length == 1);
        return (first, second);
    }

    private async Task<RunSlots> SlotsAsync(Run run) =>
        RunSlots.Read(await Table.GetEntityIfExistsAsync<TableEntity>(run.Workspace, RunSlots.KeyOf(run)!) is { HasValue: true, Value: { } row } ? row : null);
}

using System.Security.Cryptography;
using Azure;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Runs whose storage fails, keeps silent, or repeats itself: what was accepted comes to its end, and each of its steps takes effect once.</summary>
[Trait("Category", "Faults")]
public sealed class RunFaultTests(RunFixture fixture) : IClassFixture<RunFixture>, IAsyncLifetime
{
    // As often as the storage client tries.
    private const int Tries = 4;

    private readonly RunDriver _runs = new(fixture.Host);
    private readonly EffectReceiver _receiver = EffectReceiver.Start();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        fixture.Proxy.Fault = static _ => StorageFault.None;
        await _receiver.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Tries)]
    public async Task A_run_is_accepted_when_the_answer_to_its_sending_is_lost(int times)
    {
        Fail(RunRequests.IsRunMessage, StorageFault.ResponseLost, times);

        await ExpectDoneAsync(await _runs.StartAsync(OneStep()));
    }

    [Fact]
    public async Task A_run_whose_message_is_refused_is_not_accepted()
    {
        Fail(RunRequests.IsRunMessage, StorageFault.Unavailable, Tries);

        await Assert.ThrowsAnyAsync<RequestFailedException>(() => _runs.StartAsync(OneStep()));

        Assert.Equal(0, await _runs.CountAsync());
    }

    [Fact]
    public async Task A_run_whose_message_may_or_may_not_have_been_taken_is_in_its_row_and_the_sweeper_begins_it()
    {
        Fail(RunRequests.IsRunMessage, StorageFault.Refused(500), Tries);
        var run = await _runs.StartAsync(OneStep(), acceptedAt: DateTimeOffset.UtcNow.AddMinutes(-11));
        Assert.Equal(RunStatus.Queued, (await _runs.ReadAsync(run)).Status);

        await fixture.Host.Services.GetRequiredService<RunUpkeep>().RunAsync(CancellationToken.None);

        await ExpectDoneAsync(run);
    }

    [Fact]
    public async Task A_run_of_which_nothing_is_known_is_not_accepted()
    {
        Fail(request => request.IsRunMessage() || request.IsRunInsertion(), StorageFault.Refused(500), 2 * Tries);

        await Assert.ThrowsAnyAsync<RequestFailedException>(() => _runs.StartAsync(OneStep()));

        Assert.Equal(0, await _runs.CountAsync());
    }

    [Fact]
    public async Task A_run_that_could_not_be_inserted_is_accepted_and_inserted_by_whoever_begins_it()
    {
        Fail(RunRequests.IsRunInsertion, StorageFault.Unavailable, Tries);

        await ExpectDoneAsync(await _runs.StartAsync(OneStep()));
    }

    [Fact]
    public async Task A_run_is_begun_when_the_answer_to_its_insertion_is_lost()
    {
        Fail(RunRequests.IsRunInsertion, StorageFault.ResponseLost, 1);

        await ExpectDoneAsync(await _runs.StartAsync(OneStep()));
    }

    [Fact]
    public async Task A_run_is_done_once_and_reported_when_the_answer_to_its_last_write_is_lost()
    {
        Fail(RunRequests.IsRunWrite, StorageFault.ResponseLost, 1);
        fixture.Proxy.Reset();

        await ExpectDoneAsync(await _runs.StartAsync(OneStep(), webhook: "http://127.0.0.1:1/"));

        await fixture.Proxy.WaitUntilAsync(_ => fixture.Proxy.CountSent(QueueNames.Webhooks) >= 1);
    }

    [Fact]
    public async Task A_run_outlives_an_outage_of_the_table()
    {
        Fail(RunRequests.IsRunWrite, StorageFault.Unavailable, Tries);
        fixture.Proxy.Reset();

        var run = await ExpectDoneAsync(await _runs.StartAsync(OneStep()), requests: 2);

        Assert.Equal(1, run.Steps["call"].Attempt);
        Assert.Equal(0, fixture.Proxy.CountSent("runs-poison"));
    }

    [Fact]
    public async Task A_large_run_whose_message_is_refused_is_taken_back()
    {
        Fail(RunRequests.IsRunMessage, StorageFault.Unavailable, Tries);

        await Assert.ThrowsAnyAsync<RequestFailedException>(() => _runs.StartAsync(OneStep(), who: Noise()));

        Assert.Equal(0, await _runs.CountAsync());
    }

    [Fact]
    public async Task A_large_run_that_cannot_be_taken_back_is_accepted_and_the_sweeper_begins_it()
    {
        Fail(request => request.IsRunMessage() || request.IsRunRemoval(), StorageFault.Unavailable, 2 * Tries);
        var run = await _runs.StartAsync(OneStep(), who: Noise(), acceptedAt: DateTimeOffset.UtcNow.AddMinutes(-11));

        await fixture.Host.Services.GetRequiredService<RunUpkeep>().RunAsync(CancellationToken.None);

        await ExpectDoneAsync(run);
    }

    [Fact]
    public async Task A_run_that_is_accepted_again_is_done_once()
    {
        var run = await _runs.StartAsync(OneStep());
        await _runs.EndOfAsync(run);

        await fixture.Host.Services.GetRequiredService<RunSubmission>().AcceptAsync(run);
        await _runs.RunAsync(App(Text("mark", "Mark")));

        await ExpectDoneAsync(run);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_happens_to_its_storage_an_accepted_run_comes_to_its_end(int seed)
    {
        var account = await TestStorage.CreateAccountAsync();
        await using var proxy = await StorageProxy.StartAsync(account);
        await using var host = await RunDriver.StartHostAsync(proxy.Account);
        var runs = new RunDriver(host);
        var app = App(Post("a", _receiver.Url + "a"), Post("b", _receiver.Url + "b", after: "a"), Text("c", "{{steps.a}}, {{steps.b}}"));
        var faults = new RandomFaults(seed, share: 0.15);
        proxy.Fault = faults.Next;

        var accepted = (await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => TryStartAsync(runs, app)))).OfType<Run>().ToArray();
        var ends = await Task.WhenAll(accepted.Select(runs.EndOfAsync));

        Assert.InRange(accepted.Length, 20, 25);
        Assert.True(faults.Count > 10, "Hardly anything went wrong: this proves nothing.");
        Assert.All(ends, run => Assert.Equal(["a done", "b done", "a done, b done"], RunDriver.ValuesOf(run)));
        Assert.Empty(accepted.SelectMany(run => (string[])[$"{run.Id}:a", $"{run.Id}:b"]).Except(_receiver.Requests.Keys));
        proxy.Fault = static _ => StorageFault.None;
        var queue = new QueueClient(account.ConnectionString, QueueNames.Runs);
        await WaitForEmptyAsync(queue);
        Assert.Equal(await runs.CountAsync(), (await EndsOfAllAsync(runs, host)).Count);
    }

    private static async Task<IReadOnlyList<RunSummary>> EndsOfAllAsync(RunDriver runs, ServerlessHost host) =>
        (await host.Services.GetRequiredService<RunList>()
            .ReadAsync(runs.Workspace, new(RunStatus.Completed, null, null), new(null, 0, 100), isCounted: false, CancellationToken.None)).Runs;

    private static async Task WaitForEmptyAsync(QueueClient queue)
    {
        using var patience = new CancellationTokenSource(RunDriver.Patience);
        while ((await queue.GetPropertiesAsync(patience.Token)).Value.ApproximateMessagesCount > 0)
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private static async Task<Run?> TryStartAsync(RunDriver runs, AppDefinition app)
    {
        try
        {
            return await runs.StartAsync(app, webhook: "http://127.0.0.1:1/");
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException)
        {
            return null;
        }
    }

    private static string Noise() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(48 * 1024));

    private AppDefinition OneStep() => App(Post("call", _receiver.Url + "call"));

    private async Task<Run> ExpectDoneAsync(Run accepted, int requests = 1)
    {
        var run = await _runs.EndOfAsync(accepted);
        Assert.Equal(["call done"], RunDriver.ValuesOf(run));
        Assert.Equal(new($"{run.Id}:call", requests), Assert.Single(_receiver.Requests));
        return run;
    }

    private void Fail(Func<HttpRequest, bool> which, StorageFault fault, int times)
    {
        var left = times;
        fixture.Proxy.Fault = request => which(request) && Interlocked.Decrement(ref left) >= 0 ? fault : StorageFault.None;
    }
}

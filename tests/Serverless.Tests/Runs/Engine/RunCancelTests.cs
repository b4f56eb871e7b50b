using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Runs that are cancelled, at any moment.</summary>
public sealed class RunCancelTests(RunFixture fixture) : IClassFixture<RunFixture>
{
    private readonly RunDriver _runs = new(fixture.Host);

    [Fact]
    public async Task What_a_step_brings_after_its_run_was_cancelled_counts_for_nothing()
    {
        var late = new TaskCompletionSource<(int, string)>();
        await using var receiver = EffectReceiver.StartWaiting(request => request.Path == "slow" ? late.Task : Task.FromResult((200, "quick")));
        var run = await _runs.StartAsync(App(
            Post("quick", receiver.Url + "quick"), Post("slow", receiver.Url + "slow"), Post("never", receiver.Url + "never", after: "slow")));
        await _runs.WaitAsync(run, stored => stored.Steps["quick"].Status == StepStatus.Completed);
        fixture.Proxy.Reset();

        var cancelled = await CancelAsync(run);
        late.SetResult((200, "slow"));

        Assert.Equal((RunStatus.Cancelled, null), (cancelled!.Status, cancelled.ErrorMessage));
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        Assert.Equal(
            [OutputStatus.Completed, OutputStatus.Cancelled, OutputStatus.Cancelled], RunOutput.Of(await _runs.ReadAsync(run)).Select(output => output.Status));
        Assert.Equal(RunDocument.Encode(cancelled), RunDocument.Encode(await _runs.ReadAsync(run)));
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task A_run_that_waits_is_cancelled_at_once_and_its_message_changes_nothing()
    {
        var run = await _runs.StartAsync(App(Delay("wait", 2), Text("after", "After", after: "wait")), webhook: "http://127.0.0.1:1/");
        await _runs.WaitAsync(run, stored => stored.Status == RunStatus.Running);
        fixture.Proxy.Reset();

        var cancelled = await CancelAsync(run);
        Assert.Equal(RunStatus.Cancelled, cancelled!.Status);
        Assert.Equal(1, fixture.Proxy.CountSent("webhooks"));

        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        Assert.Equal(RunDocument.Encode(cancelled), RunDocument.Encode(await _runs.ReadAsync(run)));
    }

    [Fact]
    public async Task Cancelling_twice_and_cancelling_what_is_over_changes_nothing()
    {
        var done = await _runs.RunAsync(App(Text("a", "A")));
        Assert.Equal(RunDocument.Encode(done), RunDocument.Encode((await CancelAsync(done))!));

        var run = await _runs.StartAsync(App(Delay("wait", 60)));
        var first = await CancelAsync(run);
        Assert.Equal(RunDocument.Encode(first!), RunDocument.Encode((await CancelAsync(run))!));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_at_any_moment_ends_either_way_and_stays_so()
    {
        await using var receiver = EffectReceiver.StartWaiting(async request =>
        {
            await Task.Delay(Random.Shared.Next(20));
            return (200, request.Path);
        });
        var app = App(Post("a", receiver.Url + "a"), Post("b", receiver.Url + "b", after: "a"), Text("c", "{{steps.b}}"));
        var ends = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            var run = await _runs.StartAsync(app);
            await Task.Delay(number * 8);
            var cancelled = (await CancelAsync(run))!;
            Assert.True(cancelled.IsTerminal);
            return cancelled;
        }));

        var queue = fixture.Host.Services.GetRequiredService<RunQueue>();
        await Task.WhenAll(ends.Select(run => queue.SendAsync(RunMessage.Of(run))));
        await _runs.RunAsync(App(Text("mark", "Mark")));

        Assert.Contains(ends, run => run.Status == RunStatus.Cancelled);
        foreach (var run in ends)
        {
            Assert.Equal(RunDocument.Encode(run), RunDocument.Encode(await _runs.ReadAsync(run)));
            Assert.DoesNotContain(RunOutput.Of(run), output => output.Status == OutputStatus.Pending);
        }
    }

    [Fact]
    public async Task A_run_of_another_workspace_cannot_be_cancelled()
    {
        var run = await _runs.StartAsync(App(Delay("wait", 60)));
        var ending = fixture.Host.Services.GetRequiredService<RunEnding>();

        Assert.Null(await ending.CancelAsync("ffffffffffff", run.Id, CancellationToken.None));
        Assert.False((await _runs.ReadAsync(run)).IsTerminal);
        await CancelAsync(run);
    }

    private Task<Run?> CancelAsync(Run run) => fixture.Host.Services.GetRequiredService<RunEnding>().CancelAsync(run.Workspace, run.Id, CancellationToken.None);
}

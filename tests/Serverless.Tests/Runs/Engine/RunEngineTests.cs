using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Runs from their acceptance to their end, through the queue and the table.</summary>
public sealed class RunEngineTests(RunFixture fixture) : IClassFixture<RunFixture>
{
    private readonly RunDriver _runs = new(fixture.Host);

    [Fact]
    public async Task A_run_of_one_step_is_completed()
    {
        var before = DateTimeOffset.UtcNow;
        var run = await _runs.RunAsync(App(Text("hello", "Hello {{inputs.Who}}")), who: "Zoë");

        Assert.Equal((RunStatus.Completed, null), (run.Status, run.ErrorMessage));
        Assert.Equal(["Hello Zoë"], RunDriver.ValuesOf(run));
        Assert.InRange(run.StartedAt!.Value, before, run.CompletedAt!.Value);
        Assert.InRange(run.CompletedAt.Value, before, DateTimeOffset.UtcNow);
        var row = await _runs.RowAsync(run);
        Assert.Equal(("completed", "test", "api_app"), (row.GetString("Status"), row.GetString("AppId"), row.GetString("Source")));
        Assert.Equal((run.StartedAt, run.CompletedAt), (row.GetDateTimeOffset("StartedAt"), row.GetDateTimeOffset("CompletedAt")));
        Assert.False(row.ContainsKey("DueAt"));
    }

    [Fact]
    public async Task Steps_work_side_by_side_and_on_the_results_of_others()
    {
        var together = new TaskCompletionSource();
        var arrived = 0;
        await using var receiver = EffectReceiver.StartWaiting(async request =>
        {
            if (Interlocked.Increment(ref arrived) == 2)
            {
                together.SetResult();
            }

            await together.Task.WaitAsync(RunDriver.Patience);
            return (200, $"{request.Path}!");
        });

        var run = await _runs.RunAsync(App(
            Text("start", "from {{inputs.Who}}"),
            Post("left", receiver.Url + "left/{{steps.start}}"),
            Post("right", receiver.Url + "right", after: "start"),
            Text("end", "{{steps.left}} and {{steps.right}}")));

        Assert.Equal(["from you", "left/from%20you!", "right!", "left/from%20you! and right!"], RunDriver.ValuesOf(run));
        Assert.Equal([$"{run.Id}:left", $"{run.Id}:right"], receiver.Requests.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_delay_is_waited_for_by_the_queue_and_the_run_shows_it()
    {
        fixture.Proxy.Reset();
        var accepted = await _runs.StartAsync(App(Text("before", "Before"), Delay("wait", 3), Text("after", "After", after: "wait")));

        var waiting = await _runs.WaitAsync(accepted, run => run.Status == RunStatus.Running);
        Assert.Equal((StepStatus.Completed, StepStatus.Waiting, StepStatus.Pending), (waiting.Steps["before"].Status, waiting.Steps["wait"].Status, waiting.Steps["after"].Status));
        Assert.Equal(waiting.Steps["wait"].DueAt, (await _runs.RowAsync(accepted)).GetDateTimeOffset("DueAt"));

        var run = await _runs.EndOfAsync(accepted);
        Assert.Equal(["Before", "", "After"], RunDriver.ValuesOf(run));
        Assert.True(run.CompletedAt - run.StartedAt >= TimeSpan.FromSeconds(3));
        Assert.Equal(2, fixture.Proxy.CountSent("runs"));
    }

    [Fact]
    public async Task A_step_that_fails_for_a_while_is_tried_again_under_the_same_key()
    {
        await using var receiver = EffectReceiver.Start(request => request.Attempt < 3 ? (503, "busy") : (200, "at last"));

        var run = await _runs.RunAsync(App(Post("call", receiver.Url)));

        Assert.Equal((RunStatus.Completed, 3), (run.Status, run.Steps["call"].Attempt));
        Assert.Equal(["at last"], RunDriver.ValuesOf(run));
        Assert.Equal(new($"{run.Id}:call", 3), Assert.Single(receiver.Requests));
        Assert.True(run.CompletedAt - run.StartedAt >= TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_step_that_fails_for_good_fails_the_run_but_not_what_does_not_need_it()
    {
        await using var receiver = EffectReceiver.Start(request => request.Path == "bad" ? (404, "") : (200, "fine"));

        var run = await _runs.RunAsync(App(
            Post("bad", receiver.Url + "bad"), Text("needs", "{{steps.bad}}"), Post("good", receiver.Url + "good"), Text("more", "{{steps.good}} too")));

        const string Error = "Step \"bad\" failed: the server answered 404";
        Assert.Equal((RunStatus.Failed, Error), (run.Status, run.ErrorMessage));
        Assert.Equal([(null, Error), (null, Error), ("fine", null), ("fine too", null)], RunOutput.Of(run).Select(output => (output.Value, output.Error)));
        Assert.All(receiver.Requests, request => Assert.Equal(1, request.Value));
    }

    [Fact]
    public async Task A_step_that_takes_too_long_fails()
    {
        await using var receiver = EffectReceiver.StartWaiting(_ => new TaskCompletionSource<(int, string)>().Task);

        var run = await _runs.RunAsync(App(Post("hang", receiver.Url) with { Timeout = TimeSpan.FromSeconds(1), Retries = 0 }));

        Assert.Equal((RunStatus.Failed, StepStatus.Failed), (run.Status, run.Steps["hang"].Status));
        Assert.Contains(run.ErrorMessage, (string[])["Step \"hang\" failed: it took longer than 1 seconds", "Step \"hang\" failed: the server did not answer in time"]);
    }

    [Fact]
    public async Task A_run_that_takes_its_time_shows_what_is_done_so_far()
    {
        var release = new TaskCompletionSource<(int, string)>();
        await using var receiver = EffectReceiver.StartWaiting(request => request.Path == "slow" ? release.Task : Task.FromResult((200, "quick")));
        var accepted = await _runs.StartAsync(App(Post("quick", receiver.Url + "quick"), Post("slow", receiver.Url + "slow")));

        var shown = await _runs.WaitAsync(accepted, run => run.Status == RunStatus.Running);
        release.SetResult((200, "slow"));

        Assert.Equal((StepStatus.Completed, StepStatus.Running), (shown.Steps["quick"].Status, shown.Steps["slow"].Status));
        Assert.Equal(["quick", "slow"], RunDriver.ValuesOf(await _runs.EndOfAsync(accepted)));
    }

    [Fact]
    public async Task What_a_step_rests_on_is_stored_before_it_begins()
    {
        Run? accepted = null;
        var seen = new TaskCompletionSource<StepStatus>();
        await using var receiver = EffectReceiver.StartWaiting(async request =>
        {
            if (request.Path == "second")
            {
                seen.TrySetResult((await _runs.ReadAsync(accepted!)).Steps["first"].Status);
            }

            return (200, "done");
        });
        accepted = await _runs.StartAsync(App(Delay("wait", 1), Post("first", receiver.Url + "first", after: "wait"), Post("second", receiver.Url + "second", after: "first")));

        await _runs.EndOfAsync(accepted);

        Assert.Equal(StepStatus.Completed, await seen.Task);
    }

    [Fact]
    public async Task A_run_too_large_for_a_message_is_completed_all_the_same()
    {
        var noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(47 * 1024));

        Assert.Equal([noise], RunDriver.ValuesOf(await _runs.RunAsync(App(Text("copy", "{{inputs.Who}}")), who: noise)));
    }

    [Fact]
    public async Task Results_that_are_too_large_together_fail_the_run()
    {
        var noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48 * 1024));

        var run = await _runs.RunAsync(App([.. Enumerable.Range(0, 20).Select(index => Text($"s{index:00}", "{{inputs.Who}}"))]), who: noise);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.EndsWith("failed: the results of this run are too large together", run.ErrorMessage, StringComparison.Ordinal);
        Assert.InRange(run.Steps.Values.Count(step => step.Status == StepStatus.Completed), 12, 19);
    }

    [Fact]
    public async Task The_end_of_a_run_is_to_be_reported_if_anybody_wants_to_know()
    {
        await _runs.RunAsync(App(Text("a", "A")));
        fixture.Proxy.Reset();

        await _runs.StartAsync(App(Text("a", "A")), webhook: "http://127.0.0.1:1/");

        await fixture.Proxy.WaitUntilAsync(_ => fixture.Proxy.CountSent("webhooks") == 1);
    }

    [Fact]
    public async Task A_run_that_is_begun_twice_at_once_is_done_once()
    {
        var release = new TaskCompletionSource<(int, string)>();
        await using var receiver = EffectReceiver.StartWaiting(_ => release.Task);
        var run = await _runs.StartAsync(App(Post("call", receiver.Url)));
        await receiver.WaitForAsync(1);
        var queue = fixture.Host.Services.GetRequiredService<RunQueue>();
        fixture.Proxy.Reset();

        await queue.SendAsync(RunMessage.Of(run));
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "GET" }));
        release.SetResult((200, "done"));

        Assert.Equal(["done"], RunDriver.ValuesOf(await _runs.EndOfAsync(run)));
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Count(transaction => transaction is { Service: "queue", Method: "DELETE" }) == 2);
        Assert.Equal(1, Assert.Single(receiver.Requests).Value);
    }

    [Fact]
    public async Task A_message_for_a_run_that_there_is_not_is_dropped()
    {
        fixture.Proxy.Reset();

        await fixture.Host.Services.GetRequiredService<RunQueue>().SendAsync(RunMessage.Of(Run(App(Text("a", "A")), _runs.Workspace)));

        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE", Status: 204 }));
        Assert.Equal(0, await _runs.CountAsync());
    }
}

using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>The end of a turn before the end of the run.</summary>
public sealed class RunTurnTests
{
    [Fact]
    public async Task After_two_minutes_of_work_a_run_is_passed_on()
    {
        var time = new AdjustableTime();
        var release = new TaskCompletionSource<(int, string)>();
        await using var receiver = EffectReceiver.StartWaiting(request => request.Path == "slow" ? release.Task : Task.FromResult((200, "done")));
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await RunDriver.StartHostAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var runs = new RunDriver(host);
        var accepted = await runs.StartAsync(App(
            Post("slow", receiver.Url + "slow") with { Timeout = TimeSpan.FromMinutes(5) }, Post("next", receiver.Url + "next", after: "slow")));
        await receiver.WaitForAsync(1);

        time.Advance(TimeSpan.FromMinutes(2));
        release.SetResult((200, "slow"));

        Assert.Equal(["slow", "done"], RunDriver.ValuesOf(await runs.EndOfAsync(accepted)));
        Assert.Equal(2, proxy.CountSent("runs"));
        Assert.All(receiver.Requests, request => Assert.Equal(1, request.Value));
    }

    [Fact]
    public async Task A_process_that_is_about_to_end_passes_its_runs_on()
    {
        await using var receiver = EffectReceiver.StartWaiting(request =>
            request is { Path: "slow", Attempt: 1 } ? new TaskCompletionSource<(int, string)>().Task : Task.FromResult((200, request.Path)));
        await using var host = await RunDriver.StartHostAsync();
        var runs = new RunDriver(host);
        var run = Run(App(Post("quick", receiver.Url + "quick"), Post("slow", receiver.Url + "slow")), runs.Workspace, DateTimeOffset.UtcNow);
        using var leaving = new CancellationTokenSource();
        var turn = host.Services.GetRequiredService<RunEngine>()
            .AdvanceAsync((RunMessage.Of(run) with { Document = RunDocument.Encode(run) }).Encode(), leaving.Token);
        await runs.WaitAsync(run, stored => stored.Steps["quick"].Status == StepStatus.Completed);

        await leaving.CancelAsync();
        await turn.WaitAsync(RunDriver.Patience);

        Assert.Equal(["quick", "slow"], RunDriver.ValuesOf(await runs.EndOfAsync(run)));
        Assert.Equal(new Dictionary<string, int> { [$"{run.Id}:quick"] = 1, [$"{run.Id}:slow"] = 2 }, receiver.Requests);
        Assert.Equal(1, (await runs.ReadAsync(run)).Steps["slow"].Attempt);
    }
}

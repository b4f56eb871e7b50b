using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine.Steps;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>A try of a step, whatever its runner does.</summary>
public sealed class StepRunnersTests
{
    private static readonly AppStep Step = Text("a", "Text") with { Timeout = TimeSpan.FromSeconds(90) };

    [Fact]
    public async Task A_result_is_passed_on() => Assert.Equal(new StepCompleted("done"), await TryAsync(_ => Completed("done")));

    [Fact]
    public async Task A_result_of_more_than_64_KB_fails_the_step()
    {
        Assert.IsType<StepCompleted>(await TryAsync(_ => Completed(new string('é', 32 * 1024))));
        Assert.Equal(new StepFailed("its result is larger than 65536 bytes"), await TryAsync(_ => Completed(new string('é', 32 * 1024) + "x")));
    }

    [Fact]
    public async Task A_text_of_more_than_64_KB_is_not_put_together()
    {
        var step = Text("a", string.Concat(Enumerable.Repeat("{{inputs.Who}}", 5_000)));
        var run = Run(App(step)) with { Inputs = new Dictionary<string, string> { ["Who"] = new('x', 32 * 1024) } };
        var before = GC.GetAllocatedBytesForCurrentThread();

        var trying = new StepRunners([new TextStepRunner()], TimeProvider.System, NullLogger<StepRunners>.Instance).TryAsync(run, step, CancellationToken.None);

        Assert.True(trying.IsCompleted);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024 * 1024);
        Assert.Equal(new StepFailed("its result is larger than 65536 bytes"), await trying);
    }

    [Fact]
    public async Task A_result_that_is_no_text_fails_the_step() =>
        Assert.Equal(new StepFailed("its result is not Unicode text"), await TryAsync(_ => Completed("half a \ud83d")));

    [Fact]
    public async Task What_is_thrown_may_pass() =>
        Assert.Equal(new StepFailed("an unexpected error") { MayPass = true }, await TryAsync(_ => throw new InvalidOperationException("secret")));

    [Fact]
    public async Task A_step_has_its_time_and_no_more()
    {
        var time = new AdjustableTime();
        var trying = TryAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, token), time);

        time.Advance(TimeSpan.FromSeconds(89));
        Assert.False(trying.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(new StepFailed("it took longer than 90 seconds") { MayPass = true }, await trying);
    }

    [Fact]
    public async Task Nothing_comes_of_a_step_that_is_interrupted()
    {
        using var interruption = new CancellationTokenSource();
        var trying = TryAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, token), interrupted: interruption.Token);

        await interruption.CancelAsync();

        Assert.Null(await trying);
    }

    [Fact]
    public async Task A_kind_that_nobody_does_fails_the_step() =>
        Assert.Equal(
            new StepFailed("steps of kind search cannot be done here"),
            await Runners(_ => Task.CompletedTask).TryAsync(Run(App(Step)), new SearchStep("q") { Id = "a" }, CancellationToken.None));

    private static Task<StepResult> Completed(string output) => Task.FromResult<StepResult>(new StepCompleted(output));

    private static Task<StepResult?> TryAsync(Func<CancellationToken, Task> run, TimeProvider? time = null, CancellationToken interrupted = default) =>
        Runners(run, time).TryAsync(Run(App(Step)), Step, interrupted);

    private static StepRunners Runners(Func<CancellationToken, Task> run, TimeProvider? time = null) =>
        new([new Runner(run)], time ?? TimeProvider.System, NullLogger<StepRunners>.Instance);

    private sealed class Runner(Func<CancellationToken, Task> run) : IStepRunner
    {
        public string Kind => "text";

        public async Task<StepResult> RunAsync(AppStep step, StepCall call, CancellationToken cancellationToken)
        {
            var running = run(cancellationToken);
            await running;
            return running is Task<StepResult> result ? await result : new StepFailed("no result");
        }
    }
}

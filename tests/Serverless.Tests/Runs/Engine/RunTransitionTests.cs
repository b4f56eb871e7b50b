using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Steps;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>What happens to a run, case by case.</summary>
[Trait("Category", "Fast")]
public sealed class RunTransitionTests
{
    private static readonly AppStep Step = Post("a", "http://example.com") with { Retries = 2 };
    private static readonly StepFailed Passing = new("no") { MayPass = true };

    [Fact]
    public void A_failure_that_may_pass_is_tried_again_as_often_as_the_step_says()
    {
        var run = Run(App(Step));
        foreach (var wait in (int[])[1, 2])
        {
            run = Try(run, Passing);
            Assert.Equal((StepStatus.Waiting, Start + TimeSpan.FromSeconds(wait)), (run.Steps["a"].Status, run.Steps["a"].DueAt));
        }

        run = Try(run, Passing);

        Assert.Equal((StepStatus.Failed, 3, "Step \"a\" failed: no"), (run.Steps["a"].Status, run.Steps["a"].Attempt, run.Steps["a"].Error));
    }

    [Fact]
    public void Every_try_is_remembered_with_its_times_and_why_it_failed()
    {
        var second = TimeSpan.FromSeconds(1);
        var run = RunTransition.End(RunTransition.Begin(Run(App(Step)), "a", Start), Step, new StepFailed(new string('x', 201)) { MayPass = true }, Start + second, random: 0);
        run = RunTransition.End(RunTransition.Begin(run, "a", Start + (2 * second)), Step, new StepCompleted("done"), Start + (3 * second), random: 0);

        Assert.Equal(
            [
                new(1, Start) { EndedAt = Start + second, Error = new string('x', 200) + "…" },
                new(2, Start + (2 * second)) { EndedAt = Start + (3 * second) },
            ],
            run.Steps["a"].Tries.Select(each => each with { Before = null }));
    }

    [Fact]
    public void A_failure_that_will_not_pass_is_not_tried_again() =>
        Assert.Equal((StepStatus.Failed, 1), (Try(Run(App(Step)), new StepFailed("no")).Steps["a"] is var state ? (state.Status, state.Attempt) : default));

    [Fact]
    public void A_long_reason_is_cut_between_characters()
    {
        Assert.Equal($"Step \"a\" failed: {new string('x', 1000)}…", ErrorFor(new string('x', 1001)));
        Assert.Equal($"Step \"a\" failed: {new string('x', 999)}🚀", ErrorFor(new string('x', 999) + "🚀"));
        Assert.Equal($"Step \"a\" failed: {new string('x', 999)}🚀…", ErrorFor(new string('x', 999) + "🚀🚀"));

        static string? ErrorFor(string reason) => Try(Run(App(Step)), new StepFailed(reason)).Steps["a"].Error;
    }

    [Fact]
    public void The_result_of_a_step_that_somebody_else_has_settled_counts_for_nothing()
    {
        var settled = Try(Run(App(Step)), new StepCompleted("first"));

        Assert.Same(settled, RunTransition.End(settled, Step, new StepCompleted("second"), Start, random: 0));
    }

    [Fact]
    public void A_run_that_is_taken_over_does_what_was_under_way_once_more_and_that_try_does_not_count()
    {
        var run = RunTransition.Resume(RunTransition.Begin(Try(Run(App(Step)), Passing), "a", Start));

        Assert.Equal((StepStatus.Pending, 1), (run.Steps["a"].Status, run.Steps["a"].Attempt));
        Assert.Equal([1], run.Steps["a"].Tries.Select(each => each.Number));
    }

    [Fact]
    public void Cancelling_ends_a_run_and_its_open_outputs_and_keeps_what_is_done()
    {
        var run = Try(Run(App(Step, Text("b", "B"))), new StepCompleted("done"));

        var cancelled = RunTransition.Cancel(run, Start);

        Assert.Equal((RunStatus.Cancelled, Start, null), (cancelled.Status, cancelled.CompletedAt, cancelled.ErrorMessage));
        Assert.Equal([OutputStatus.Completed, OutputStatus.Cancelled], RunOutput.Of(cancelled).Select(output => output.Status));
    }

    [Fact]
    public void Abandoning_ends_a_run_with_the_reason_for_every_output_that_is_not_there()
    {
        var run = RunTransition.Abandon(Try(Run(App(Step, Text("b", "B"))), new StepCompleted("done")), "It broke", Start);

        Assert.Equal((RunStatus.Failed, "It broke", Start, Start), (run.Status, run.ErrorMessage, run.StartedAt, run.CompletedAt));
        Assert.Equal([(OutputStatus.Completed, null), (OutputStatus.Error, "It broke")], RunOutput.Of(run).Select(output => (output.Status, output.Error)));
    }

    [Theory]
    [InlineData(RunStatus.Completed)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Cancelled)]
    internal void A_run_that_has_come_to_its_end_keeps_it(RunStatus status)
    {
        var run = RunTransition.Begin(Run(App(Step)), "a", Start) with { Status = status };

        Assert.Same(run, RunTransition.Cancel(run, Start));
        Assert.Same(run, RunTransition.Abandon(run, "reason", Start));
        Assert.Same(run, RunTransition.Resume(run));
        Assert.Same(run, new RunPlanner(run.App).Plan(run, Start).Run);
        Assert.Same(run, RunTransition.Merge(run, Try(Run(App(Step)), new StepCompleted("done"))));
    }

    [Fact]
    public void Of_two_who_worked_on_a_run_what_each_has_finished_counts()
    {
        var run = Run(App(Step, Text("b", "B"), Text("c", "C")));
        var theirs = End(run, "b", new StepCompleted("theirs"));
        var mine = RunTransition.Begin(End(Try(run, Passing), "b", new StepCompleted("mine")), "c", Start);

        var merged = RunTransition.Merge(theirs, mine);

        Assert.Equal("theirs", merged.Steps["b"].Output);
        Assert.Equal((StepStatus.Waiting, 1), (merged.Steps["a"].Status, merged.Steps["a"].Attempt));
        Assert.Equal(StepStatus.Running, merged.Steps["c"].Status);
        Assert.Equal("mine", RunTransition.Merge(run, mine).Steps["b"].Output);
    }

    [Fact]
    public void What_is_under_way_elsewhere_may_be_begun_here_too()
    {
        var theirs = RunTransition.Begin(Run(App(Step)), "a", Start);

        Assert.Equal(StepState.Pending, RunTransition.Merge(theirs, RunTransition.Resume(theirs)).Steps["a"]);
    }

    [Theory]
    [InlineData(1, null, 0, 1)]
    [InlineData(2, null, 0, 2)]
    [InlineData(5, null, 0, 16)]
    [InlineData(1, null, 1, 1.5)]
    [InlineData(3, null, 0.5, 5)]
    [InlineData(20, null, 0, 300)]
    [InlineData(1, 30, 0, 30)]
    [InlineData(6, 30, 0, 32)]
    [InlineData(1, 250, 1, 300)]
    public void Waits_grow_and_honour_what_was_asked_for(int attempt, int? asked, double random, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryWait.After(attempt, asked is { } wait ? TimeSpan.FromSeconds(wait) : null, random));

    private static Run Try(Run run, StepResult result) => End(run, "a", result);

    private static Run End(Run run, string step, StepResult result) =>
        RunTransition.End(RunTransition.Begin(run, step, Start), run.App.Steps.First(known => known.Id == step), result, Start, random: 0);
}

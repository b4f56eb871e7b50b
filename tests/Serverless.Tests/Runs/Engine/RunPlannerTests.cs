using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Steps;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>What is to be done about a run, case by case.</summary>
[Trait("Category", "Fast")]
public sealed class RunPlannerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_queued_run_begins_with_the_steps_that_need_nothing()
    {
        var plan = Plan(Run(App(Text("a", "A"), Text("b", "{{steps.a}}"), Text("c", "C"), Text("d", "D", after: "c"))), Start + Second);

        Assert.Equal(["a", "c"], plan.Ready.Select(step => step.Id));
        Assert.Equal((RunStatus.Running, Start + Second, null), (plan.Run.Status, plan.Run.StartedAt, plan.NextDueAt));
    }

    [Fact]
    public void A_step_is_ready_once_all_it_names_or_comes_after_are_done()
    {
        var app = App(Text("a", "A"), Text("b", "B"), Text("c", "{{steps.a}}", after: "b"));
        var run = Complete(Run(app), "a", "b");

        Assert.Equal(["c"], Plan(run, Start).Ready.Select(step => step.Id));
        Assert.Equal(["b"], Plan(Complete(Run(app), "a"), Start).Ready.Select(step => step.Id));
    }

    [Fact]
    public void A_run_whose_steps_are_all_done_is_completed()
    {
        var plan = Plan(Complete(Run(App(Text("a", "A"), Text("b", "B"))), "a", "b"), Start + Second);

        Assert.Equal((RunStatus.Completed, Start + Second, null), (plan.Run.Status, plan.Run.CompletedAt, plan.Run.ErrorMessage));
        Assert.Empty(plan.Ready);
        Assert.Equal(plan.Run, Plan(plan.Run, Start + (2 * Second)).Run);
    }

    [Fact]
    public void What_needs_a_step_that_failed_is_skipped_and_the_rest_goes_on()
    {
        var app = App(Text("a", "A"), Text("b", "{{steps.a}}"), Text("c", "{{steps.b}}"), Text("d", "D"));
        var run = Fail(Run(app), "a", "it broke");

        var plan = Plan(run, Start);

        Assert.Equal(["d"], plan.Ready.Select(step => step.Id));
        Assert.Equal((StepStatus.Skipped, "Step \"a\" failed: it broke"), (plan.Run.Steps["c"].Status, plan.Run.Steps["c"].Error));
        Assert.False(plan.Run.IsTerminal);

        var end = Plan(Complete(plan.Run, "d"), Start + Second).Run;
        Assert.Equal((RunStatus.Failed, "Step \"a\" failed: it broke", Start + Second), (end.Status, end.ErrorMessage, end.CompletedAt));
        Assert.Equal(
            [OutputStatus.Error, OutputStatus.Error, OutputStatus.Error, OutputStatus.Completed], RunOutput.Of(end).Select(output => output.Status));
        Assert.Equal(["Step \"a\" failed: it broke", null], RunOutput.Of(end).Select(output => output.Error).Distinct());
    }

    [Fact]
    public void A_delay_begins_with_what_it_comes_after_and_ends_in_its_time()
    {
        var app = App(Text("a", "A"), Delay("wait", 10, after: "a"), Text("b", "B", after: "wait"));

        var waiting = Plan(Complete(Run(app), "a"), Start);
        Assert.Equal(Start + (10 * Second), waiting.NextDueAt);
        Assert.Empty(waiting.Ready);
        Assert.Equal(waiting.Run, Plan(waiting.Run, Start + (10 * Second) - TimeSpan.FromTicks(1)).Run);

        var over = Plan(waiting.Run, Start + (10 * Second));
        Assert.Equal((StepStatus.Completed, ""), (over.Run.Steps["wait"].Status, over.Run.Steps["wait"].Output));
        Assert.Equal(["b"], over.Ready.Select(step => step.Id));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(3_600)]
    [InlineData(31 * 86_400)]
    public void A_wait_that_began_by_a_clock_that_was_ahead_takes_no_longer_than_it_was_to(int ahead)
    {
        var run = Plan(Run(App(Delay("wait", 10))), Start + (ahead * Second)).Run;

        var plan = Plan(run, Start);

        Assert.Equal(Start + (10 * Second), plan.NextDueAt);
        Assert.Equal(RunStatus.Completed, Plan(plan.Run, Start + (10 * Second)).Run.Status);
    }

    [Fact]
    public void Another_try_that_a_clock_that_was_ahead_put_off_comes_in_time()
    {
        var app = App(Post("a", "http://example.com"));
        var begun = RunTransition.Begin(Plan(Run(app), Start).Run, "a", Start);
        var run = RunTransition.End(begun, app.Steps[0], new StepFailed("no") { MayPass = true }, Start + (3_600 * Second), random: 0);

        Assert.Equal(Start + RetryWait.Longest, Plan(run, Start).NextDueAt);
    }

    [Fact]
    public void Delays_that_follow_each_other_are_settled_at_once_when_they_are_overdue()
    {
        var run = Plan(Run(App(Delay("first", 1), Delay("second", 1, after: "first"))), Start).Run;

        var plan = Plan(run, Start + (5 * Second));

        Assert.Equal(Start + (6 * Second), plan.NextDueAt);
        Assert.Equal(RunStatus.Completed, Plan(plan.Run, Start + (6 * Second)).Run.Status);
    }

    [Fact]
    public void A_step_that_waits_for_another_try_is_ready_in_its_time()
    {
        var app = App(Post("a", "http://example.com"));
        var run = RunTransition.End(RunTransition.Begin(Plan(Run(app), Start).Run, "a", Start), app.Steps[0], new StepFailed("no") { MayPass = true }, Start, random: 0);

        Assert.Equal(Start + Second, Plan(run, Start).NextDueAt);
        Assert.Empty(Plan(run, Start).Ready);
        Assert.Single(Plan(run, Start + Second).Ready);
    }

    [Fact]
    public void A_run_with_a_step_under_way_is_neither_ready_nor_over()
    {
        var run = RunTransition.Begin(Run(App(Text("a", "A"))), "a", Start);

        var plan = Plan(run, Start);

        Assert.Equal((RunStatus.Running, 0, null), (plan.Run.Status, plan.Ready.Count, plan.NextDueAt));
    }

    [Fact]
    public void Steps_that_wait_for_one_another_fail_the_run()
    {
        var run = Plan(Complete(Run(App(Text("a", "A"), Text("b", "{{steps.c}}"), Text("c", "{{steps.b}}"))), "a"), Start).Run;

        Assert.Equal((RunStatus.Failed, "The steps that are left wait for one another"), (run.Status, run.ErrorMessage));
        Assert.Equal(["The steps that are left wait for one another", null], RunOutput.Of(run).Select(output => output.Error).Distinct().Reverse());
    }

    private static RunPlan Plan(Run run, DateTimeOffset now) => new RunPlanner(run.App).Plan(run, now);

    private static Run Complete(Run run, params IEnumerable<string> steps) =>
        steps.Aggregate(run, (next, step) => End(next, step, new StepCompleted($"result of {step}")));

    private static Run Fail(Run run, string step, string reason) => End(run, step, new StepFailed(reason));

    private static Run End(Run run, string step, StepResult result) =>
        RunTransition.End(RunTransition.Begin(run, step, Start), run.App.Steps.First(known => known.Id == step), result, Start, random: 0);
}

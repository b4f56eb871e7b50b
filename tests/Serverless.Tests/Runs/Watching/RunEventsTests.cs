using System.Text.Json.Nodes;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Steps;
using Serverless.Runs.Watching;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Watching;

/// <summary>What one who follows a run is told, and told again.</summary>
[Trait("Category", "Fast")]
public sealed class RunEventsTests
{
    private static readonly StepFailed Passing = new("it is busy") { MayPass = true };

    // From its acceptance to its end: a try that fails, a second one, and what comes after it.
    private static readonly List<Run> States = Story();

    [Fact]
    public void Each_change_of_a_step_is_told_before_the_run_it_is_part_of()
    {
        var events = new RunEvents(States[0], lastId: "");

        var told = States.SelectMany(state => StreamEvents.Of(events.News(state))).ToList();

        Assert.Equal(
            [
                ("queued.p0.p0", "progress", "queued"),
                ("steps.r1.p0", "step", "call running"), ("running.r1.p0", "progress", "running"),
                ("steps.w1.p0", "step", "call waiting"), ("running.w1.p0", "progress", "running"),
                ("steps.r2.p0", "step", "call running"), ("running.r2.p0", "progress", "running"),
                ("steps.c2.p0", "step", "call completed"), ("steps.c2.c1", "step", "after completed"), ("completed.c2.c1", "complete", "completed"),
            ],
            told.Select(each => (each.Id, each.Name, Summary(each.Data))));
    }

    [Fact]
    public void Whoever_comes_late_is_told_of_the_steps_that_have_begun_and_of_the_run() => Assert.Equal(
        [("steps.w1.p0", "call waiting"), ("running.w1.p0", "running")],
        StreamEvents.Of(new RunEvents(States[2], lastId: "").News(States[2])).Select(each => (each.Id, Summary(each.Data))));

    [Fact]
    public void A_cancelled_run_tells_of_the_steps_it_ended()
    {
        var events = new RunEvents(States[1], "running.r1.p0");

        Assert.Equal(
            [("steps.x1.p0", "call cancelled"), ("steps.x1.x0", "after cancelled"), ("cancelled.x1.x0", "cancelled")],
            StreamEvents.Of(events.News(RunTransition.Cancel(States[1], Start))).Select(each => (each.Id, Summary(each.Data))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3f1c7a52e0b94d68")]
    [InlineData("running.r1")]
    [InlineData("one.two.three")]
    public void What_is_no_id_of_an_event_counts_for_nothing(string id) =>
        Assert.Equal("complete", StreamEvents.Of(new RunEvents(States[^1], id).News(States[^1]))[^1].Name);

    [Fact]
    public void Whoever_comes_back_with_any_id_is_told_what_follows_it_and_nothing_twice()
    {
        var first = new RunEvents(States[0], lastId: "");
        var all = States.Select(state => StreamEvents.Of(first.News(state))).ToList();
        foreach (var (state, part) in all.Index())
        {
            foreach (var (index, last) in part.Index())
            {
                Assert.Equal([.. part.Skip(index + 1), .. all.Skip(state + 1).SelectMany(later => later)], Rest(state, last.Id));
                for (var later = state + 1; later < States.Count; later++)
                {
                    var rest = Rest(later, last.Id);
                    Assert.Equal(all[^1][^1], rest[^1]);
                    Assert.DoesNotContain(last, rest);
                    Assert.Equal(rest.Count, rest.DistinctBy(each => each.Id).Count());
                }
            }
        }

        Assert.True(new RunEvents(States[^1], all[^1][^1].Id).HaveTold(States[^1]));

        static List<(string Id, string Name, string Data)> Rest(int from, string lastId)
        {
            var events = new RunEvents(States[from], lastId);
            return [.. States.Skip(from).SelectMany(state => StreamEvents.Of(events.News(state)))];
        }
    }

    private static List<Run> Story()
    {
        var queued = Run(App(Post("call", "http://example.com"), Text("after", "{{steps.call}}")));
        var (call, after) = (queued.App.Steps[0], queued.App.Steps[1]);
        var running = RunTransition.Begin(queued with { Status = RunStatus.Running, StartedAt = Start }, "call", Start);
        var waiting = RunTransition.End(running, call, Passing, Start, random: 0);
        var again = RunTransition.Begin(waiting, "call", Start);
        var called = RunTransition.End(again, call, new StepCompleted("done"), Start, random: 0);
        var done = RunTransition.End(RunTransition.Begin(called, "after", Start), after, new StepCompleted("done"), Start, random: 0);
        return [queued, running, waiting, again, done with { Status = RunStatus.Completed, CompletedAt = Start }];
    }

    private static string Summary(string data) =>
        JsonNode.Parse(data) is var json && json!["runId"] is null ? $"{json["id"]} {json["status"]}" : json!["status"]!.GetValue<string>();
}

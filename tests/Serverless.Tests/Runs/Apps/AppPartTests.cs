using FsCheck.Fluent;
using Serverless.Runs.Apps;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Runs.Apps;

/// <summary>The part of an app that some outputs need, compared with who can be reached from whom.</summary>
[Trait("Category", "Fast")]
public sealed class AppPartTests
{
    private const int Steps = 8;

    [Fact]
    public void It_has_the_chosen_outputs_and_the_steps_they_rest_on_and_nothing_else() => Always.Holds(
        Gen.Choose(1, Steps - 1).Zip(Gen.Choose(0, Steps - 1), static (from, to) => (From: from, To: to % from)).ListOf()
            .Zip(Gen.Choose(0, Steps - 1).ListOf(), static (edges, chosen) => (Edges: edges.ToHashSet(), Chosen: chosen.Select(step => $"Output {step % 4}").ToHashSet())),
        static given =>
        {
            var app = App(given.Edges);

            var part = AppPart.Of(app, given.Chosen);

            Assert.Equal(app.Outputs.Where(output => given.Chosen.Contains(output.Label)), part.Outputs);
            Assert.Equal(app.Steps.Where(step => part.Outputs.Any(output => IsReached(given.Edges, int.Parse(output.Step), int.Parse(step.Id)))), part.Steps);
            Assert.Equal(app with { Steps = part.Steps, Outputs = part.Outputs }, part);
        });

    [Fact]
    public void All_outputs_need_what_leads_to_them_and_a_step_of_no_output_falls_away()
    {
        AppStep[] steps = [new TextStep("a") { Id = "a" }, new TextStep("{{steps.a}}") { Id = "b" }, new TextStep("c") { Id = "c" }];
        var app = new AppDefinition { AppId = "x", Name = "X", Steps = steps, Outputs = [new("o", "O", "text", "b")] };

        Assert.Equal(["a", "b"], AppPart.Of(app, ["O"]).Steps.Select(step => step.Id));
    }

    // Two outputs of each label. A step waits for those that an edge leads to, by its text or by coming after.
    private static AppDefinition App(HashSet<(int From, int To)> edges) => new()
    {
        AppId = "x",
        Name = "X",
        Steps = [.. Enumerable.Range(0, Steps).Select(step => Step(step, [.. edges.Where(edge => edge.From == step).Select(edge => edge.To)]))],
        Outputs = [.. Enumerable.Range(0, Steps).Select(step => new AppOutput($"o{step}", $"Output {step % 4}", "text", $"{step}"))],
    };

    private static TextStep Step(int step, int[] needs) => new(string.Concat(needs.Where(need => need % 2 == 0).Select(need => $"{{{{steps.{need}}}}}")))
    {
        Id = $"{step}",
        After = [.. needs.Where(need => need % 2 == 1).Select(need => $"{need}")],
    };

    private static bool IsReached(HashSet<(int From, int To)> edges, int from, int to) =>
        from == to || edges.Any(edge => edge.From == from && IsReached(edges, edge.To, to));
}

using FsCheck.Fluent;
using Serverless.Runs.Apps;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Runs.Apps;

/// <summary>Steps that wait for one another, compared with who can be reached from whom.</summary>
[Trait("Category", "Fast")]
public sealed class StepGraphTests
{
    [Fact]
    public void A_step_waits_for_those_it_names_and_those_it_comes_after_each_once()
    {
        var step = new HttpStep("POST", "https://example.com/{{steps.a}}")
        {
            Id = "step",
            After = ["a", "d"],
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X"] = "{{steps.b}}{{inputs.z}}" },
            Body = "{{steps.c}}{{steps.a}}",
        };

        Assert.Equal(["a", "b", "c", "d"], StepGraph.DependenciesOf(step));
    }

    [Fact]
    public void A_circle_is_found_where_there_is_one_and_nowhere_else() => Always.Holds(
        Gen.Choose(0, 7).Zip(Gen.Choose(0, 7), static (from, to) => (From: from, To: to)).ListOf().Select(edges => edges.Take(12).ToHashSet()),
        static edges =>
        {
            var steps = Enumerable.Range(0, 8)
                .Select(step => new TextStep("t") { Id = $"{step}", After = [.. edges.Where(edge => edge.From == step).Select(edge => $"{edge.To}")] })
                .ToList();

            var circles = StepGraph.FindCircles(steps);

            Assert.All(circles, circle => Assert.All(
                circle.Zip(circle.Skip(1).Append(circle[0])),
                pair => Assert.Contains((int.Parse(pair.First), int.Parse(pair.Second)), edges)));
            Assert.Equal(circles.Sum(circle => circle.Count), circles.SelectMany(circle => circle).Distinct().Count());
            Assert.Equal(HasCircle(edges), circles.Count > 0);
            Assert.False(HasCircle([.. edges.Where(edge => !circles.SelectMany(circle => circle).Contains($"{edge.From}"))]));
        });

    private static bool HasCircle(HashSet<(int From, int To)> edges)
    {
        var reached = edges.ToHashSet();
        while (true)
        {
            var more = reached.SelectMany(first => edges.Where(second => second.From == first.To).Select(second => (first.From, second.To))).Except(reached).ToList();
            if (more.Count == 0)
            {
                return reached.Any(edge => edge.From == edge.To);
            }

            reached.UnionWith(more);
        }
    }
}

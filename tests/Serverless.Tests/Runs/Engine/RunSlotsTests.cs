using Azure.Data.Tables;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Concurrency;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>The runs that share a limit, as they come and go.</summary>
[Trait("Category", "Fast")]
public sealed class RunSlotsTests
{
    [Fact]
    public void Runs_begin_in_the_order_in_which_they_were_accepted_as_soon_as_there_is_room()
    {
        var (a, b, c, d) = (Id(0), Id(1), Id(2), Id(3));

        var slots = RunSlots.Empty.Enter(a, 2).Enter(d, 2).Enter(c, 2).Enter(b, 2);

        Assert.Equal(Told([a, d], [b, c]), Told(slots));
        var next = slots.Leave(d);
        Assert.Equal([b], next.AdmittedSince(slots));
        Assert.Equal(Told([a, b], [c]), Told(next));
        Assert.Equal(Told([a, b], []), Told(next.Leave(c)));
        Assert.True(next.Leave(a).Leave(b).Leave(c).IsEmpty);
    }

    [Fact]
    public void A_run_begins_when_fewer_are_under_way_than_it_may_be_with()
    {
        var (a, b, c, d) = (Id(0), Id(1), Id(2), Id(3));
        var slots = RunSlots.Empty.Enter(a, 3).Enter(b, 3).Enter(c, 1).Enter(d, 3);

        Assert.Equal(Told([a, b], [c, d]), Told(slots));
        Assert.Equal(Told([b], [c, d]), Told(slots.Leave(a)));
        Assert.Equal(Told([c, d], []), Told(slots.Leave(a).Leave(b)));
    }

    [Fact]
    public void Runs_share_a_limit_whose_app_and_key_are_the_same()
    {
        var app = App(Text("a", "A")) with { Concurrency = new(1, "{{inputs.Who}}") };

        Assert.Null(RunSlots.KeyOf(Run(App(Text("a", "A")))));
        Assert.Equal(KeyOf(app, "Ann"), KeyOf(app with { Concurrency = new(2, "An{{inputs.Name}}n") }, "Ann"));
        Assert.NotEqual(KeyOf(app, "Ann"), KeyOf(app, "Bob"));
        Assert.NotEqual(KeyOf(app, "Ann"), KeyOf(app with { AppId = "other" }, "Ann"));
        Assert.Equal(KeyOf(app with { Concurrency = new(1, null) }, "Ann"), KeyOf(app with { Concurrency = new(1, null) }, "Bob"));

        static string? KeyOf(AppDefinition app, string who) => RunSlots.KeyOf(Run(app) with { Inputs = new Dictionary<string, string> { ["Who"] = who } });
    }

    [Fact]
    public void As_many_as_may_wait_fit_into_a_row()
    {
        var slots = RunSlots.Empty.Enter(Id(0), 100);
        for (var second = 1; second < 100; second++)
        {
            slots = slots.Enter(Id(second), 100);
        }

        for (var second = 100; second < 100 + RunSlots.MaxWaiting; second++)
        {
            slots = slots.Enter(Id(second), 100);
        }

        Assert.Equal((100, RunSlots.MaxWaiting), (slots.UnderWay.Length, slots.Waiting.Length));
        Assert.Equal(Told(slots), Told(Stored(slots)));
    }

    /// <summary>Runs that come in any order, some twice, and end or are cancelled at any time.</summary>
    [Fact]
    public void Never_are_more_under_way_than_the_limit_and_none_waits_while_there_is_room() =>
        Prop.ForAll<(byte Action, byte Which, byte Limit)[], int>((actions, seed) =>
        {
            var random = new Random(seed);
            RunId[] runs = [.. Enumerable.Range(0, 12).Select(Id)];
            int[] limits = [.. runs.Select(_ => 1 + random.Next(3))];
            HashSet<RunId> begun = [], over = [];
            var slots = RunSlots.Empty;
            foreach (var (action, which, _) in actions)
            {
                var run = runs[which % runs.Length];
                if (action % 3 == 0)
                {
                    Change(slots.Leave(run));
                    over.Add(run);
                }
                else if (!over.Contains(run))
                {
                    Change(slots.Enter(run, limits[which % runs.Length]));
                }
            }

            foreach (var run in runs.Where(run => !over.Contains(run)))
            {
                Change(slots.Enter(run, limits[Array.IndexOf(runs, run)]));
            }

            while (!slots.UnderWay.IsEmpty)
            {
                var run = slots.UnderWay[random.Next(slots.UnderWay.Length)];
                Change(slots.Leave(run));
                over.Add(run);
            }

            Assert.True(slots.IsEmpty);
            Assert.Equal(runs.Length, over.Count);

            void Change(RunSlots next)
            {
                var admitted = next.AdmittedSince(slots);
                Assert.All(admitted, run => Assert.True(begun.Add(run), "A run began twice."));
                Assert.All(admitted, run => Assert.True(next.UnderWay.IndexOf(run) < limits[Array.IndexOf(runs, run)], "Too many are under way."));
                Assert.All(slots.UnderWay.Except(next.UnderWay), run => Assert.DoesNotContain(run, next.Waiting.Select(waiting => waiting.Run)));
                Assert.True(next.Waiting.IsEmpty || next.UnderWay.Length >= next.Waiting[0].Limit, "One waits while there is room.");
                Assert.Equal(next.Waiting.Select(waiting => waiting.Run.Text).OrderDescending(StringComparer.Ordinal), next.Waiting.Select(waiting => waiting.Run.Text));
                Assert.Equal(next.IsEmpty ? Told(RunSlots.Empty) : Told(next), Told(Stored(next)));
                slots = next;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static RunId Id(int second) => RunId.New(Start.AddSeconds(second));

    private static string Told(RunSlots slots) => Told(slots.UnderWay, slots.Waiting.Select(waiting => waiting.Run));

    private static string Told(IEnumerable<RunId> underWay, IEnumerable<RunId> waiting) => $"{string.Join(' ', underWay)}; {string.Join(' ', waiting)}";

    // As it comes back from the table.
    private static RunSlots Stored(RunSlots slots) => slots.IsEmpty ? RunSlots.Read(null) : RunSlots.Read((TableEntity)slots.Write("w", "k", null).Entity);
}

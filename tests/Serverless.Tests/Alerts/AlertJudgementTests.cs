using Serverless.Alerts;
using Serverless.Times;

namespace Serverless.Tests.Alerts;

/// <summary>What becomes of an alert when windows are judged, as a pure function, against the most literal one.</summary>
[Trait("Category", "Fast")]
public sealed class AlertJudgementTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 2, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-03-02T08:02:00Z", "2026-03-02T08:00:00Z")]
    [InlineData("2026-03-02T08:01:59.9999999Z", "2026-03-02T07:55:00Z")]
    [InlineData("2026-03-02T08:06:59Z", "2026-03-02T08:00:00Z")]
    [InlineData("2026-03-02T08:07:00Z", "2026-03-02T08:05:00Z")]
    public void A_window_is_judged_two_minutes_after_its_end(string now, string end) =>
        Assert.Equal(DateTimeOffset.Parse(end, null), FiveMinutes.Start(AlertJudgement.Newest(DateTimeOffset.Parse(now, null))));

    [Theory]
    [InlineData(false, 10.1, true)]
    [InlineData(false, 10.0, false)]
    [InlineData(true, 9.9, true)]
    [InlineData(true, 10.0, false)]
    [InlineData(false, null, false)]
    [InlineData(true, null, false)]
    public void A_threshold_is_crossed_by_what_lies_beyond_it_and_never_by_nothing(bool isBelow, double? value, bool isBreached) =>
        Assert.Equal(isBreached, Rule("5m", threshold: 10, isBelow).IsBreachedBy((decimal?)value));

    [Fact]
    public void An_alert_goes_from_ok_to_firing_to_resolved_and_fires_again()
    {
        var rule = Rule("5m", threshold: 1);
        var state = new AlertState(AlertStatus.Ok, Start, JudgedTo: 100);
        var seen = new List<(AlertStatus, bool?)>();
        foreach (var (judged, value) in ((long, decimal?)[])[(101, 1), (102, 2), (102, 0), (103, 5), (104, null), (105, 9), (90, 0)])
        {
            (state, var change) = AlertJudgement.Of(rule, state, judged, value);
            seen.Add((state.Status, change?.HasFired));
        }

        // What was judged before is not judged again.
        Assert.Equal(
            [
                (AlertStatus.Ok, null), (AlertStatus.Firing, true), (AlertStatus.Firing, null), (AlertStatus.Firing, null), (AlertStatus.Resolved, false),
                (AlertStatus.Firing, true), (AlertStatus.Firing, (bool?)null),
            ],
            seen);
        Assert.Equal(new AlertState(AlertStatus.Firing, FiveMinutes.Start(105), JudgedTo: 105, Value: 9), state);
    }

    [Fact]
    public void What_could_not_be_judged_in_time_is_made_up_for_as_far_as_an_hour_goes()
    {
        var state = new AlertState(AlertStatus.Ok, Start, JudgedTo: 100);

        Assert.Equal(101, AlertJudgement.First(state, 101));
        Assert.Equal(101, AlertJudgement.First(state, 112));
        Assert.Equal(102, AlertJudgement.First(state, 113));
        Assert.Equal(101, AlertJudgement.First(state, 50));
    }

    [Fact]
    public void The_time_in_which_an_alert_was_not_active_is_not_judged()
    {
        var stored = StoredAlert.New(Rule("5m"), Start);

        var off = stored.Redefined(stored.Rule with { IsActive = false }, Start.AddMinutes(3));
        var on = off.Redefined(stored.Rule, Start.AddMinutes(63));

        Assert.Equal(stored.State.JudgedTo, off.State.JudgedTo);
        Assert.Equal(stored.State.JudgedTo + 12, on.State.JudgedTo);
        Assert.Equal(on.State.JudgedTo, on.Redefined(stored.Rule with { Threshold = 7 }, Start.AddMinutes(93)).State.JudgedTo);
    }

    [Theory]
    [InlineData("5m")]
    [InlineData("15m")]
    [InlineData("30m")]
    [InlineData("1h")]
    public void Years_of_late_records_gaps_and_jumps_are_judged_as_the_reference_does(string window)
    {
        Assert.InRange(Enumerable.Range(0, 20).Sum(seed => Simulate(window, new Random(seed))), 100, int.MaxValue);
    }

    // Everything but storage: what is needed is counted, judged, and written to a row that is read again.
    private static int Simulate(string window, Random random)
    {
        var rule = Rule(window, threshold: random.Next(0, 30), isBelow: random.Next(3) == 0);
        var now = Start.AddSeconds(random.Next(300));
        var stored = StoredAlert.New(rule, now);
        var reference = new AlertReference(
            now, TimeSpan.FromMinutes(AlertRule.Windows[window]), static measures => measures.Count, value => rule.IsBelow ? value < rule.Threshold : value > rule.Threshold);
        var (records, changes) = (new List<Measured>(), new List<AlertChange>());
        for (var evaluation = 0; evaluation < 500; evaluation++)
        {
            now += random.Next(40) switch
            {
                0 => TimeSpan.FromMinutes(random.Next(30, 300)),
                1 => TimeSpan.FromMinutes(-random.Next(1, 90)),
                2 => TimeSpan.Zero,
                _ => TimeSpan.FromSeconds(random.Next(270, 331)),
            };
            var burst = random.Next(6) == 0 ? 25 : 4;
            records.AddRange(Enumerable.Range(0, random.Next(burst)).Select(_ =>
                new Measured(now.AddSeconds(random.Next(8) == 0 ? -random.Next(5_000) : -random.Next(200)))));
            reference.Evaluate(now, records);
            if (AlertNeed.Of(stored, AlertJudgement.Newest(now)) is { } need)
            {
                var counted = new List<WindowPart>();
                for (var number = need.First; number <= need.Last; number++)
                {
                    counted.Add(new(number, records.Count(record => FiveMinutes.Of(record.At.UtcTicks) == number)));
                }

                var parts = need.With(counted);
                var judgement = AlertJudgement.Of(rule, stored.State, need.Last + 1, parts);
                changes.AddRange(judgement.Changes);
                stored = AlertRow.Read(AlertRow.Write(stored.Judged(judgement, parts)));
                Assert.True(stored.Parts.Count < rule.Parts, "More is remembered than the next window needs.");
                Assert.Equal(reference.Value, stored.State.Value);
            }
        }

        Assert.Equal(reference.Changes, changes.Select(change => (change.HasFired ? "alert.fired" : "alert.resolved", FiveMinutes.Start(change.Judged), change.Value)));
        Assert.Equal(changes.Count, changes.Select(change => change.Id).Distinct().Count());
        return changes.Count;
    }

    private static AlertRule Rule(string window, decimal threshold = 3, bool isBelow = false) => new()
    {
        Workspace = "000000000000",
        Id = "test",
        Name = "Test",
        Query = "level:error",
        Metric = AlertMetric.LogCount,
        Window = window,
        Threshold = threshold,
        IsBelow = isBelow,
    };
}

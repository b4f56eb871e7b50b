using FsCheck;
using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>The cost of the month, and what is foreseen.</summary>
[Trait("Category", "Fast")]
public sealed class RecentCostTests
{
    private static readonly Gen<(int[] Costs, int Minutes)> Recent =
        Gen.Zip(Gen.Choose(0, 50).ArrayOf(400), Gen.Choose(0, 60 * 24 * 40), static (costs, now) => (costs, now));

    [Fact]
    public void The_month_begins_on_its_first_day_and_ends_now() => Always.Holds(Recent, count: 100, assert: static given =>
    {
        var (events, now) = Events(given.Costs, given.Minutes);

        Assert.Equal(
            events.Where(sent => sent.Hour <= now && sent.Time.Month == now.Month).Sum(sent => sent.CostUsd),
            Cost(events, Counted.Number(events[0].Hour), now).MonthToDate);
    });

    [Fact]
    public void The_forecast_goes_on_at_the_pace_of_the_last_seven_days() => Always.Holds(Recent, count: 100, assert: static given =>
    {
        var (events, now) = Events(given.Costs, given.Minutes);
        var begin = now.Date.AddHours(now.Hour - 167);

        Assert.Equal(
            events.Where(sent => sent.Hour <= now && sent.Hour >= begin).Sum(sent => sent.CostUsd!.Value) / (decimal)(now - begin).TotalHours * 720,
            Cost(events, Counted.Number(begin.AddDays(-1)), now).Forecast,
            9);
    });

    [Theory]
    [InlineData("2026-02-03T00:29:00Z", 1.0)] // half an hour, which counts as one
    [InlineData("2026-02-02T22:30:00Z", 2.5)]
    [InlineData("2026-02-01T12:30:00Z", 36.5)]
    [InlineData("2026-01-27T01:30:00Z", 167.5)]
    [InlineData("2026-01-20T12:00:00Z", 167.5)]
    public void A_young_project_is_observed_since_the_hour_of_its_first_event(string first, double observedHours)
    {
        var now = new DateTime(2026, 2, 3, 0, 30, 0, DateTimeKind.Utc);

        var cost = Cost([new() { Time = now, CostUsd = 1 }], Counted.Number(Counted.Time(first)), now);

        Assert.Equal(720 / (decimal)observedHours, cost.Forecast, 12);
    }

    [Fact]
    public void What_is_to_come_does_not_count_and_nothing_costs_nothing()
    {
        var now = SentEvent.Start.AddMinutes(1);
        var cost = Cost([new() { Time = now.AddHours(1), CostUsd = 1 }], Counted.Number(now.AddHours(1)), now);

        Assert.Equal((0, 0), (cost.MonthToDate, cost.Forecast));
        Assert.Equal((0, 0), (Cost([], null, now).MonthToDate, Cost([], null, now).Forecast));
    }

    [Theory]
    [InlineData("2026-02-03T00:30:00Z", "2026-01-27T01:00:00Z")]
    [InlineData("2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z")]
    [InlineData("2026-02-07T22:59:59Z", "2026-01-31T23:00:00Z")]
    public void The_hours_needed_are_those_of_the_month_and_of_seven_days(string now, string first) => Assert.Equal(
        Counted.Range(Counted.Time(first), Counted.Time(now)),
        RecentCost.Range(new(Counted.Time(now))));

    // One event an hour; now is any time until long after the last.
    private static (SentEvent[] Events, DateTime Now) Events(int[] costs, int minutes) =>
        ([.. costs.Select((cost, hour) => new SentEvent { Time = SentEvent.Start.AddHours(hour), CostUsd = cost / 8m })], SentEvent.Start.AddMinutes(minutes));

    private static RecentCost Cost(SentEvent[] events, long? firstHour, DateTime now) =>
        new([.. Counted.Hours(events).In(RecentCost.Range(new(now)))], firstHour, new(now));
}

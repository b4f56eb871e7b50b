using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;
using static Serverless.Tests.Traces.Figures.CallHistory;

namespace Serverless.Tests.Traces.Figures;

/// <summary>Hours that depart from what is usual, and those that do not.</summary>
[Trait("Category", "Fast")]
public sealed class AnomalyReportTests
{
    private const int TenWeeks = 10 * Week;

    [Fact]
    public void The_answer_has_exactly_the_fields_of_the_contract()
    {
        var history = Of(121, static place => place switch
        {
            120 => new(3.5m, LatencyMs: 650.0004m, Errors: 10),
            119 => new(0.2m),
            _ => new(1.50m),
        });

        Assert.Equal(
            """
            {"anomalies":[
            {"hour":"2026-01-31T00:00:00Z","metric":"cost","value":3.5,"expected":1.5,"deviation":13.333,"direction":"high","baselineHours":5},
            {"hour":"2026-01-31T00:00:00Z","metric":"latency","value":650,"expected":100,"deviation":11,"direction":"high","baselineHours":5},
            {"hour":"2026-01-31T00:00:00Z","metric":"error_rate","value":0.5,"expected":0,"deviation":25,"direction":"high","baselineHours":5},
            {"hour":"2026-01-30T23:00:00Z","metric":"cost","value":0.2,"expected":1.5,"deviation":-8.667,"direction":"low","baselineHours":4}],
            "hoursChecked":25,"hoursWithoutBaseline":2}
            """.ReplaceLineEndings(""),
            Counted.Text(history.ReportFrom(94).ToAnswer(), FigureJson.Default.AnomaliesAnswer));
    }

    [Fact]
    public void Every_figure_is_that_of_judging_hour_by_hour() => Always.Holds(
        from seed in Gen.Choose(0, int.MaxValue)
        from first in Gen.Choose(0, TenWeeks)
        from start in Gen.Choose(0, TenWeeks)
        from length in Gen.Choose(0, 200)
        from now in Gen.Choose(-50, 250)
        select (seed, first, start, end: start + length, now: start + now),
        static given =>
        {
            var random = new Random(given.seed);
            Calls[] calls =
            [
                .. Enumerable.Range(0, TenWeeks).Select(_ => new Calls(
                    random.Next(10) switch { 0 => 9, 1 => 0, _ => 1 + (random.Next(40) / 100m) },
                    random.Next(10) switch { 0 => 5_000, 1 => 50, _ => random.Next(900, 1_500) },
                    random.Next(8) == 0 ? 4 : 0,
                    random.Next(6) switch { 0 => 0, 1 => 9, 2 => 10, _ => 11 })),
            ];

            var report = new CallHistory(calls).Report(given.start, given.end, given.now + 0.5, given.first);

            var expected = Recount(calls, given.first, given.start, given.end, given.now);
            Assert.Equal(expected, report.Anomalies.Select(anomaly => (
                (int)(anomaly.Hour - Counted.Number(SentEvent.Start)),
                anomaly.Metric.Name,
                anomaly.Value,
                anomaly.Baseline.Median,
                anomaly.Deviation,
                anomaly.Baseline.Hours)));
            var past = Enumerable.Range(given.start, given.end - given.start + 1).Where(place => place >= given.first && place <= given.now).ToList();
            Assert.Equal(past.Count(place => place - (4 * 24) < given.first), report.HoursWithoutBaseline);
            Assert.Equal(past.Count, report.HoursWithoutBaseline + report.HoursChecked);
        },
        count: 40);

    [Fact]
    public void Quiet_noise_is_no_anomaly_and_what_is_planted_in_it_is_found() => Always.Holds(
        Gen.Zip(Gen.Choose(0, int.MaxValue), Gen.Choose(9 * Week, TenWeeks - 2), static (seed, place) => (seed, place)),
        static given =>
        {
            var random = new Random(given.seed);
            Calls[] calls = [.. Enumerable.Range(0, TenWeeks).Select(_ => Noisy(random, 1))];
            Assert.Empty(new CallHistory(calls).ReportFrom(9 * Week).Anomalies);

            calls[given.place] = calls[given.place] with { Cost = 40, Errors = 15 };
            calls[given.place + 1] = calls[given.place + 1] with { LatencyMs = 5_000, Cost = 0.1m };

            Assert.Equal(
                [(given.place + 1, "cost"), (given.place + 1, "latency"), (given.place, "cost"), (given.place, "error_rate")],
                Names(new CallHistory(calls).ReportFrom(9 * Week)));
        },
        count: 10);

    [Fact]
    public void A_rhythm_of_the_week_is_usual_after_four_of_them()
    {
        var random = new Random(1);

        Assert.Empty(Of(TenWeeks, place => Noisy(random, Rhythm(place))).ReportFrom(4 * Week).Anomalies);
    }

    [Fact]
    public void A_rhythm_of_the_day_is_usual_after_four_of_them()
    {
        var random = new Random(2);

        Assert.Empty(Of(3 * Week, place => Noisy(random, Rhythm(place % 24))).ReportFrom(4 * 24).Anomalies);
    }

    [Fact]
    public void What_would_be_usual_at_another_hour_is_an_anomaly_at_this_one()
    {
        // Sunday's noon looks like Monday's.
        var sunday = (9 * Week) + (6 * 24) + 12;
        var history = Of(TenWeeks, place => new(Rhythm(place == sunday ? 12 : place)));

        Assert.Equal([(sunday, "cost")], Names(history.ReportFrom(9 * Week)));
    }

    [Theory]
    [InlineData(0, 0.0349, false)]
    [InlineData(0, 0.035, true)]
    [InlineData(0.05, 0.0151, false)]
    [InlineData(0.05, 0.015, true)]
    [InlineData(2, 2.69, false)]
    [InlineData(2, 2.7, true)]
    [InlineData(2, 1.31, false)]
    [InlineData(2, 1.3, true)]
    public void Where_the_cost_never_changes_a_change_counts_from_35_percent_and_3_and_a_half_cents_on(double usual, double last, bool isAnomaly) =>
        ExpectLast(new((decimal)usual), new((decimal)last), isAnomaly ? ["cost"] : []);

    [Theory]
    [InlineData(100, 274.9, false)]
    [InlineData(100, 275, true)]
    [InlineData(1000, 1349, false)]
    [InlineData(1000, 1350, true)]
    [InlineData(1000, 650, true)]
    public void Where_the_latency_never_changes_a_change_counts_from_35_percent_and_175_ms_on(double usual, double last, bool isAnomaly) =>
        ExpectLast(new(1, (decimal)usual), new(1, (decimal)last), isAnomaly ? ["latency"] : []);

    [Theory]
    [InlineData(0, 6, false)]
    [InlineData(0, 7, true)]
    [InlineData(50, 67, false)]
    [InlineData(50, 68, true)]
    [InlineData(50, 30, true)]
    public void Where_the_error_rate_never_changes_a_change_counts_from_35_percent_and_7_of_100_on(int usual, int last, bool isAnomaly) =>
        ExpectLast(new(1, 100, usual, Requests: 100), new(1, 100, last, Requests: 100), isAnomaly ? ["error_rate"] : []);

    [Fact]
    public void An_hour_without_events_costs_nothing_and_says_nothing_of_the_rest() =>
        ExpectLast(new(1, 100, 10), new(0, Requests: 0), ["cost"]);

    [Fact]
    public void Few_requests_are_judged_by_their_cost_only()
    {
        ExpectLast(new(1), new(5, 9_000, 9, Requests: 9), ["cost"]);
        ExpectLast(new(1), new(5, 9_000, 9, Requests: 10), ["cost", "latency", "error_rate"]);
    }

    [Fact]
    public void Hours_of_few_requests_are_no_baseline_but_for_the_cost()
    {
        ExpectLast(new(1, Requests: 9), new(5, 9_000, 9), ["cost"]);

        // Three Mondays are too few for latency, but there were enough days.
        var history = Of((6 * Week) + 1, static place => place switch
        {
            6 * Week => new(1, 9_000),
            _ when place % Week == 0 && place < 3 * Week => new(1, Requests: 9),
            _ => new(1),
        });
        var anomaly = Assert.Single(history.ReportFrom(6 * Week).Anomalies);
        Assert.Equal(("latency", 14), (anomaly.Metric.Name, anomaly.Baseline.Hours));
    }

    [Fact]
    public void The_same_hour_of_up_to_eight_weeks_is_what_an_hour_is_compared_with_and_before_that_of_up_to_14_days()
    {
        Assert.Equal(8, BaselineHours(20 * Week));
        Assert.Equal(8, BaselineHours(8 * Week));
        Assert.Equal(7, BaselineHours((8 * Week) - 1));
        Assert.Equal(4, BaselineHours(4 * Week));
        Assert.Equal(14, BaselineHours((4 * Week) - 1));
        Assert.Equal(14, BaselineHours(14 * 24));
        Assert.Equal(13, BaselineHours((14 * 24) - 1));
        Assert.Equal(4, BaselineHours(4 * 24));

        static int BaselineHours(int age) =>
            Assert.Single(Of(age + 1, place => new(place == age ? 9 : 1)).ReportFrom(age).Anomalies).Baseline.Hours;
    }

    [Fact]
    public void The_first_days_of_a_project_are_not_judged()
    {
        var random = new Random(3);
        var report = Of(4 * 24, _ => new(random.Next(1000), random.Next(9_000), random.Next(20))).Report(-50, (4 * 24) - 1, 4 * 24);

        Assert.Empty(report.Anomalies);
        Assert.Equal((0, 96), (report.HoursChecked, report.HoursWithoutBaseline));
    }

    [Fact]
    public void The_hour_that_is_not_over_cannot_be_too_cheap_as_yet()
    {
        var cheap = Of(TenWeeks, static place => place < TenWeeks - 1 ? new(1, 9_000) : new(0, 100, 10));
        Assert.Equal(["latency", "error_rate"], Names(cheap.Report(TenWeeks - 1, TenWeeks - 1, TenWeeks - 0.01)).Select(found => found.Metric));
        Assert.Equal(["cost", "latency", "error_rate"], Names(cheap.Report(TenWeeks - 1, TenWeeks - 1, TenWeeks)).Select(found => found.Metric));

        var dear = Of(TenWeeks, static place => new(place < TenWeeks - 1 ? 1 : 5));
        Assert.Equal(["cost"], Names(dear.Report(TenWeeks - 1, TenWeeks - 1, TenWeeks - 0.99)).Select(found => found.Metric));
    }

    [Fact]
    public void What_is_to_come_is_not_judged()
    {
        var report = Of(TenWeeks, static place => new(place < TenWeeks - 5 ? 1 : 5)).Report(TenWeeks - 10, TenWeeks + 10, TenWeeks - 3.5);

        Assert.Equal([(TenWeeks - 4, "cost"), (TenWeeks - 5, "cost")], Names(report));
        Assert.Equal((7, 0), (report.HoursChecked, report.HoursWithoutBaseline));
    }

    [Fact]
    public void An_earlier_anomaly_does_not_hide_the_next_one()
    {
        var history = Of(TenWeeks, static place => new(place is TenWeeks - 1 or (TenWeeks - 1 - Week) or (TenWeeks - 1 - (2 * Week)) ? 5 : 1));

        Assert.Equal([(TenWeeks - 1, "cost"), (TenWeeks - 1 - Week, "cost")], Names(history.ReportFrom(TenWeeks - 1 - Week)));
    }

    [Fact]
    public void Without_events_there_is_nothing_to_judge()
    {
        var report = new AnomalyReport([], Counted.Range(SentEvent.Start, Time(48)), null, new(Time(24)));

        Assert.Equal("""{"anomalies":[],"hoursChecked":0,"hoursWithoutBaseline":0}""", Counted.Text(report.ToAnswer(), FigureJson.Default.AnomaliesAnswer));
    }

    [Fact]
    public void The_hours_needed_begin_eight_weeks_earlier() =>
        Assert.Equal(Counted.Range(Time(-8 * Week), Time(5)), AnomalyReport.Needs(Counted.Range(Time(0), Time(5))));

    private static void ExpectLast(Calls usual, Calls last, string[] metrics) =>
        Assert.Equal(
            metrics,
            Names(Of((5 * Week) + 1, place => place == 5 * Week ? last : usual).ReportFrom(5 * Week)).Select(found => found.Metric));

    // Nights are cheap, and the days of the weekend as nights.
    private static decimal Rhythm(int place) => place % Week < 5 * 24 && place % 24 is >= 8 and < 20 ? 10 : 0.5m;

    // Up to a tenth more or less.
    private static Calls Noisy(Random random, decimal cost) =>
        new(cost * random.Next(90, 111) / 100, random.Next(450, 551), random.Next(2), Requests: random.Next(20, 40));

    private static IEnumerable<(int Place, string Metric, decimal Value, decimal Expected, decimal Deviation, int Hours)> Recount(
        Calls[] calls, int first, int start, int end, int now) =>
        from place in Enumerable.Range(start, end - start + 1).Reverse()
        where place >= first && place <= now
        from metric in new[] { (Name: "cost", Floor: 0.01m), (Name: "latency", Floor: 50m), (Name: "error_rate", Floor: 0.02m) }
        let value = At(calls, place).Value(metric.Name)
        where value is not null
        let weeks = Values(calls, first, metric.Name, Enumerable.Range(1, 8).Select(step => place - (step * Week)))
        let days = Values(calls, first, metric.Name, Enumerable.Range(1, 14).Select(step => place - (step * 24)))
        let baseline = weeks.Length >= 4 ? weeks : days
        where baseline.Length >= 4
        let median = Median(baseline)
        let spread = Median([.. baseline.Select(other => Math.Abs(other - median))]) * 1.4826m
        let deviation = (value.Value - median) / new[] { metric.Floor, median / 10, spread }.Max()
        where Math.Abs(deviation) >= 3.5m && (place < now || metric.Name != "cost" || deviation > 0)
        select (place, metric.Name, value.Value, median, deviation, baseline.Length);

    private static decimal[] Values(Calls[] calls, int first, string metric, IEnumerable<int> places) =>
        [.. places.Where(place => place >= first).Select(place => At(calls, place).Value(metric)).OfType<decimal>()];

    private static Calls At(Calls[] calls, int place) => place < calls.Length ? calls[place] : new(0, Requests: 0);

    private static decimal Median(decimal[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

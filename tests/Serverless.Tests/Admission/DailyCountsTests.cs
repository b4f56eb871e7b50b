using FsCheck;
using FsCheck.Fluent;
using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>Counts by day, against a reference that keeps everything.</summary>
[Trait("Category", "Fast")]
public sealed class DailyCountsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 23, 0, 0, TimeSpan.Zero);
    private static readonly DailyCounts Counts = new("Column");

    [Fact]
    public void They_are_those_of_the_last_31_days() => Prop.ForAll<(byte Hours, byte Cost, bool IsRefunded)[]>(steps =>
    {
        var expected = new Dictionary<DateOnly, long>();
        object? state = null;
        var now = Start;
        foreach (var (hours, cost, isRefunded) in steps)
        {
            now += TimeSpan.FromHours(hours);
            var day = DateOnly.FromDateTime(now.UtcDateTime);
            var taken = Counts.Decide(state, now, cost);
            Assert.True(taken.IsAdmitted);
            state = taken.State;
            expected[day] = expected.GetValueOrDefault(day) + cost;
            if (isRefunded)
            {
                // An hour later it may be another day.
                now += TimeSpan.FromHours(1);
                state = Counts.Refund(state, now, cost, taken);
                expected[day] -= cost;
            }
        }

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var kept = Enumerable.Range(0, DailyCounts.Days).Select(number => today.AddDays(number - DailyCounts.Days + 1));
        Assert.Equal(kept.Select(day => new DailyCount(day, expected.GetValueOrDefault(day))), DailyCounts.Of(state, now));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_day_that_has_begun_by_another_clock_has_begun_for_all_and_one_that_is_further_ahead_never_was()
    {
        var midnight = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
        var ahead = Counts.Decide(null, midnight.AddSeconds(2), 3).State;

        Assert.Equal(5, Last(Counts.Decide(ahead, midnight.AddSeconds(-2), 2).State, midnight));
        Assert.Equal(0, Last(ahead, midnight.AddHours(-1)));

        var farAhead = Counts.Decide(Counts.Decide(null, midnight, 4).State, midnight.AddDays(10), 3).State;
        Assert.Equal(4, Last(farAhead, midnight));
        Assert.Equal(5, Last(Counts.Decide(farAhead, midnight, 1).State, midnight));

        static long Last(object? state, DateTimeOffset now) => DailyCounts.Of(state, now)[^1].Count;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text")]
    [InlineData(new byte[] { 1, 2, 3 })]
    public void What_is_no_state_counts_nothing(object? state) => Assert.All(DailyCounts.Of(state, Start), day => Assert.Equal(0, day.Count));
}

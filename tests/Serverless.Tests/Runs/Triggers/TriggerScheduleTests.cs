using Serverless.Runs.Triggers;
using Serverless.Times;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>When scheduled triggers are due.</summary>
[Trait("Category", "Fast")]
public sealed class TriggerScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 34, 56, TimeSpan.Zero);

    [Theory]
    [InlineData("0 */5 * * * *", "2026-11-21T12:35:00Z")]
    [InlineData("*/5 * * * *", "2026-11-21T12:35:00Z")]
    [InlineData("0 0 3 * * *", "2026-11-22T03:00:00Z")]
    [InlineData("0 0 0 29 2 *", "2028-02-29T00:00:00Z")]
    [InlineData("0 30 9 * * MON-FRI", "2026-11-23T09:30:00Z")]
    [InlineData("0 30 9 * * monday,Wed-6", "2026-11-23T09:30:00Z")]
    [InlineData("0 0 0 1 jan-MAR/2 *", "2027-01-01T00:00:00Z")]
    [InlineData("0 5-5,7/10 0-23/3 1-31 1-12 0-6", "2026-11-21T12:37:00Z")]
    [InlineData("0  0  3 * * *", "2026-11-22T03:00:00Z")]
    [InlineData("0 0 0 13 * FRI", "2027-08-13T00:00:00Z")]
    public void The_next_time_is_the_first_one_after(string expression, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), TriggerSchedule.ParseNew(expression, TimeZoneInfo.Utc)!.After(Now));

    [Theory]
    [InlineData("")]
    [InlineData("often")]
    [InlineData("* * * *")]
    [InlineData("61 * * * * *")]
    [InlineData("0 0 0 31 2 *")]
    [InlineData("*/0 * * * * *")]
    [InlineData("0 */0 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("0 1,2,*/0 * * * *")]
    [InlineData("0 1-5/0 * * * *")]
    [InlineData("0 5/00 * * * *")]
    [InlineData("0 */-1 * * * *")]
    [InlineData("0 */1/2 * * * *")]
    [InlineData("5-1 * * * * *")]
    [InlineData("0 5-1 * * * *")]
    [InlineData("0 0 5-1 * * *")]
    [InlineData("0 0 0 5-1 * *")]
    [InlineData("0 0 0 * 5-1 *")]
    [InlineData("0 0 0 * * 5-1")]
    [InlineData("5-1 * * * *")]
    [InlineData("0 7,10-20,5-1 * * * *")]
    [InlineData("0 10-5/2 * * * *")]
    [InlineData("0 0 0 * MAR-JAN *")]
    [InlineData("0 0 0 * * FRI-MON")]
    [InlineData("0 60 * * * *")]
    [InlineData("0 5-60 * * * *")]
    [InlineData("0 0 24 * * *")]
    [InlineData("0 0 0 0 * *")]
    [InlineData("0 0 0 1-32 * *")]
    [InlineData("0 0 0 * 0 *")]
    [InlineData("0 0 0 * 13 *")]
    [InlineData("0 0 0 * * 7")]
    [InlineData("0 1,,2 * * * *")]
    [InlineData("0 -5 * * * *")]
    [InlineData("0 5- * * * *")]
    [InlineData("0 *-5 * * * *")]
    [InlineData("0 1-2-3 * * * *")]
    public void What_is_no_schedule_makes_no_sense_or_never_comes_is_none(string expression) => Assert.Null(TriggerSchedule.ParseNew(expression, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("Europe/Berlin", "0 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("Europe/Berlin", "0 30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("America/New_York", "0 30 2 * * *", "2026-03-07T12:00:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z")]
    [InlineData("America/New_York", "0 30 1 * * *", "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z")]
    [InlineData("Australia/Lord_Howe", "0 45 1 * * *", "2026-04-04T00:00:00Z", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z")]
    [InlineData("Australia/Lord_Howe", "0 15 2 * * *", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z")]
    [InlineData("Africa/Casablanca", "0 30 2 * * *", "2026-02-14T12:00:00Z", "2026-02-15T01:30:00Z", "2026-02-16T02:30:00Z")]
    [InlineData("Africa/Casablanca", "0 30 2 * * *", "2026-03-21T12:00:00Z", "2026-03-22T02:00:00Z", "2026-03-23T01:30:00Z")]
    [InlineData("America/Sao_Paulo", "0 30 0 * * *", "2018-11-03T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:30:00Z")]
    [InlineData("America/Sao_Paulo", "0 30 0 * * *", "2019-11-02T12:00:00Z", "2019-11-03T03:30:00Z", "2019-11-04T03:30:00Z")]
    [InlineData("Europe/Istanbul", "0 30 3 * * *", "2016-10-29T12:00:00Z", "2016-10-30T00:30:00Z", "2016-10-31T00:30:00Z")]
    [InlineData("Pacific/Apia", "0 0 12 * * *", "2011-12-29T00:00:00Z", "2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z")]
    [InlineData("UTC", "0 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T02:30:00Z", "2026-03-30T02:30:00Z")]
    public void A_time_that_clocks_pass_over_is_due_when_they_do_and_one_that_comes_twice_once(string zone, string expression, string after, string first, string second)
    {
        var schedule = TriggerSchedule.ParseNew(expression, TimeZones.Find(zone)!)!;

        Assert.Equal(DateTimeOffset.Parse(first), schedule.After(DateTimeOffset.Parse(after)));
        Assert.Equal(DateTimeOffset.Parse(second), schedule.After(DateTimeOffset.Parse(first)));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-10-25")]
    [InlineData("America/New_York", "2026-03-08", "2026-11-01")]
    [InlineData("Australia/Lord_Howe", "2026-04-05", "2026-10-04")]
    [InlineData("Africa/Casablanca", "2026-02-15", "2026-03-22")]
    [InlineData("America/Sao_Paulo", "2018-11-04", "2019-02-17")]
    [InlineData("Europe/Istanbul", "2016-03-27", "2016-10-30")]
    [InlineData("Pacific/Apia", "2011-12-30", "2012-04-01")]
    [InlineData("Asia/Kathmandu", "2026-03-29", "2026-10-25")]
    public void Times_are_due_as_clocks_show_them_minute_by_minute(string zone, params string[] changes)
    {
        var random = new Random(zone.Length);
        for (var round = 0; round < 150; round++)
        {
            var (minutes, hours, days) = (RandomField(random, 60), RandomField(random, 24), random.Next(3) == 0 ? "*/2" : "*");
            var start = DateTimeOffset.Parse($"{changes[random.Next(changes.Length)]}T00:00:00Z").AddSeconds(random.Next(-2 * 86_400, 2 * 86_400));
            var schedule = TriggerSchedule.ParseNew($"{minutes} {hours} {days} * *", TimeZones.Find(zone)!)!;

            var expected = ClockTimes(TimeZones.Find(zone)!, start, TimeSpan.FromDays(3), local => Has(minutes, local.Minute, 0) && Has(hours, local.Hour, 0) && Has(days, local.Day, 1));
            var actual = new List<DateTimeOffset>();
            for (var at = schedule.After(start); at <= start.AddDays(3); at = schedule.After(at.Value))
            {
                actual.Add(at.Value);
            }

            Assert.True(expected.SequenceEqual(actual), $"{minutes} {hours} {days} in {zone} from {start:O}: {string.Join(", ", expected.Except(actual).Concat(actual.Except(expected)))}");
        }
    }

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("Europe")]
    [InlineData("europe/berlin")]
    [InlineData("right/UTC")]
    [InlineData("localtime")]
    [InlineData("Etc/../../../etc/passwd")]
    [InlineData("../Europe/Berlin")]
    [InlineData("")]
    public void What_is_no_zone_is_none(string id) => Assert.Null(TimeZones.Find(id));

    [Fact]
    public void What_earlier_versions_took_goes_on() => Assert.NotNull(TriggerSchedule.Parse("0 0 5-1 * * *", TimeZoneInfo.Utc)!.After(Now));

    // Watches clocks minute by minute: what they show for the first time, or pass over, is due.
    private static List<DateTimeOffset> ClockTimes(TimeZoneInfo zone, DateTimeOffset start, TimeSpan period, Predicate<DateTime> isDue)
    {
        var due = new List<DateTimeOffset>();
        var from = new DateTimeOffset(start.Ticks - (start.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddDays(-2);
        var latest = (from + zone.GetUtcOffset(from)).DateTime;
        for (var at = from; at <= start + period; at = at.AddMinutes(1))
        {
            var isAnyDue = false;
            for (var shown = (at + zone.GetUtcOffset(at)).DateTime; latest < shown;)
            {
                latest = latest.AddMinutes(1);
                isAnyDue |= isDue(latest);
            }

            if (isAnyDue && at > start)
            {
                due.Add(at);
            }
        }

        return due;
    }

    private static string RandomField(Random random, int count) => random.Next(3) switch
    {
        0 => "*",
        1 => $"*/{random.Next(1, count)}",
        _ => $"{random.Next(count)}",
    };

    private static bool Has(string field, int value, int first) =>
        field == "*" || (field.StartsWith("*/", StringComparison.Ordinal) ? (value - first) % int.Parse(field[2..]) == 0 : int.Parse(field) == value);
}

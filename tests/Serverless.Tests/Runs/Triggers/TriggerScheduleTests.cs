using Serverless.Runs.Triggers;

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
        Assert.Equal(DateTimeOffset.Parse(expected), TriggerSchedule.ParseNew(expression)!.After(Now));

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
    public void What_is_no_schedule_makes_no_sense_or_never_comes_is_none(string expression) => Assert.Null(TriggerSchedule.ParseNew(expression));

    [Fact]
    public void What_earlier_versions_took_goes_on() => Assert.NotNull(TriggerSchedule.Parse("0 0 5-1 * * *")!.After(Now));
}

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
    public void The_next_time_is_the_first_one_after(string expression, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), TriggerSchedule.Parse(expression)!.After(Now));

    [Theory]
    [InlineData("")]
    [InlineData("often")]
    [InlineData("* * * *")]
    [InlineData("61 * * * * *")]
    [InlineData("0 0 0 31 2 *")]
    public void What_is_no_schedule_or_never_comes_is_none(string expression) => Assert.Null(TriggerSchedule.Parse(expression));
}

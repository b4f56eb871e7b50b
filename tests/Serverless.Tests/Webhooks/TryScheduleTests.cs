using Serverless.Webhooks.Deliveries;

namespace Serverless.Tests.Webhooks;

/// <summary>When a message that was not taken is tried again.</summary>
[Trait("Category", "Fast")]
public sealed class TryScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 5, 5)]
    [InlineData(2, 30, 30)]
    [InlineData(3, 120, 120)]
    [InlineData(4, 1620, 1980)]
    [InlineData(5, 6480, 7920)]
    [InlineData(6, 16200, 19800)]
    [InlineData(7, 32400, 39600)]
    [InlineData(8, 32400, 39600)]
    public void The_first_pauses_are_exact_and_the_later_ones_a_tenth_more_or_less(int attempt, int shortest, int longest)
    {
        Assert.Equal(Now.AddSeconds(shortest), TrySchedule.NextAt(attempt, 500, retryAfter: null, Now, random: 0));
        Assert.Equal(Now.AddSeconds(longest), TrySchedule.NextAt(attempt, null, retryAfter: null, Now, random: 1));
    }

    [Fact]
    public void After_nine_tries_and_after_410_there_are_no_more()
    {
        Assert.Equal(9, TrySchedule.MaxTries);
        Assert.Null(TrySchedule.NextAt(9, 500, retryAfter: null, Now, random: 0));
        Assert.Null(TrySchedule.NextAt(12, 500, retryAfter: null, Now, random: 0));
        Assert.Null(TrySchedule.NextAt(1, 410, retryAfter: TimeSpan.FromMinutes(1), Now, random: 0));
    }

    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(1, 90, 90)]
    [InlineData(3, -5, 120)]
    [InlineData(1, 86_400, 86_400)]
    [InlineData(1, 604_800, 86_400)]
    public void Whoever_wants_to_be_left_alone_is_for_a_day_at_most(int attempt, int retryAfter, int expected) =>
        Assert.Equal(Now.AddSeconds(expected), TrySchedule.NextAt(attempt, 429, TimeSpan.FromSeconds(retryAfter), Now, random: 0.5));
}

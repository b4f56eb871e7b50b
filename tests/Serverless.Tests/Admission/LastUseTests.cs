using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>The time of the last use, as a limit keeps it.</summary>
[Trait("Category", "Fast")]
public sealed class LastUseTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly LastUse Use = new("Column");

    [Fact]
    public void A_use_is_never_refused_and_leaves_its_time()
    {
        var first = Use.Decide(null, Now, 1);
        var second = Use.Decide(first.State, Now.AddHours(1), 1);

        Assert.True(first.IsAdmitted && second.IsAdmitted);
        Assert.Equal((Now, Now.AddHours(1)), (first.State, second.State));
    }

    [Fact]
    public void A_look_is_no_use()
    {
        Assert.Null(Use.Decide(null, Now, 0).State);
        Assert.Equal(Now, Use.Decide(Now, Now.AddHours(1), 0).State);
    }

    [Fact]
    public void A_clock_that_is_behind_takes_nothing_back() => Assert.Equal(Now.AddSeconds(2), Use.Decide(Now.AddSeconds(2), Now, 1).State);

    [Theory]
    [InlineData(60)]
    [InlineData(86_400)]
    public void A_time_further_ahead_than_clocks_differ_was_never_there(int seconds) => Assert.Equal(Now, Use.Decide(Now.AddSeconds(seconds), Now, 1).State);

    [Theory]
    [InlineData("text")]
    [InlineData(5L)]
    public void What_is_no_state_is_written_over(object state) => Assert.Equal(Now, Use.Decide(state, Now, 1).State);

    [Fact]
    public void It_was_used_even_if_that_came_to_nothing()
    {
        var taken = Use.Decide(null, Now, 1);

        Assert.Equal(Now, Use.Refund(taken.State, Now.AddSeconds(1), 1, taken));
    }

    [Fact]
    public void It_is_no_limit_of_rate() => Assert.All(KeyUse.Charges, charge => Assert.Null(charge.Limit.RateWindow));
}

using Serverless.Local.Queues;

namespace Serverless.Tests.Local;

[Trait("Category", "Fast")]
public sealed class PollingIntervalTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(3, 400)]
    [InlineData(4, 800)]
    [InlineData(10, 51_200)]
    [InlineData(11, 60_000)]
    [InlineData(int.MaxValue, 60_000)]
    public void It_doubles_until_it_is_as_long_as_it_may_be(int emptyPolls, int milliseconds) =>
        Assert.Equal(milliseconds, PollingInterval.After(emptyPolls, Minute, random: 0.5).TotalMilliseconds, tolerance: 0.001);

    [Fact]
    public void Chance_spreads_the_growth_by_a_fifth()
    {
        Assert.Equal(340, PollingInterval.After(3, Minute, random: 0).TotalMilliseconds, tolerance: 0.001);
        Assert.Equal(460, PollingInterval.After(3, Minute, random: 1).TotalMilliseconds, tolerance: 0.001);
    }
}

using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>Which hours a range of times has.</summary>
[Trait("Category", "Fast")]
public sealed class HourRangeTests
{
    [Theory]
    [InlineData("2026-01-26T00:00:00Z", "2026-01-27T00:00:00Z", "2026-01-26T00:00:00Z", "2026-01-27T00:00:00Z")]
    [InlineData("2026-01-26T00:00:00Z", "2026-01-26T23:59:59.9999999Z", "2026-01-26T00:00:00Z", "2026-01-26T23:00:00Z")]
    [InlineData("2026-01-26T00:00:00Z", "2026-01-27T00:00:00.0000001Z", "2026-01-26T00:00:00Z", "2026-01-27T00:00:00Z")]
    [InlineData("2026-01-26T00:59:59Z", "2026-01-26T01:00:01Z", "2026-01-26T00:00:00Z", "2026-01-26T01:00:00Z")]
    [InlineData("2026-01-26T14:10:00Z", "2026-01-26T14:20:00Z", "2026-01-26T14:00:00Z", "2026-01-26T14:00:00Z")]
    [InlineData("2026-01-26T14:00:00Z", "2026-01-26T14:00:00Z", "2026-01-26T14:00:00Z", "2026-01-26T14:00:00Z")]
    public void An_hour_counts_that_has_any_of_the_range_its_ends_included(string from, string to, string first, string last) =>
        Assert.Equal(Counted.Range(Counted.Time(first), Counted.Time(last)), HourRange.Of(new(Counted.Time(from).Ticks, Counted.Time(to).Ticks)));

    [Fact]
    public void The_hours_are_those_from_the_first_to_the_last()
    {
        var range = Counted.Range(SentEvent.Start, SentEvent.Start.AddHours(2));

        Assert.Equal([SentEvent.Start, SentEvent.Start.AddHours(1), SentEvent.Start.AddHours(2)], range.Hours.Select(HourNumber.Start));
        Assert.Equal([false, true, true, true, false], Enumerable.Range(-1, 5).Select(step => range.Contains(range.First + step)));
    }
}

using System.Globalization;
using Serverless.Runs.Engine;

namespace Serverless.Tests.Runs.Engine;

/// <summary>The ids of runs.</summary>
[Trait("Category", "Fast")]
public sealed class RunIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 34, 56, 789, TimeSpan.Zero);

    [Fact]
    public void An_id_is_a_uuid_of_version_8_that_tells_its_time()
    {
        var id = RunId.New(Now.AddTicks(1234));

        var uuid = Guid.ParseExact(id.Text, "D");
        Assert.Equal(8, uuid.Version);
        Assert.InRange(uuid.Variant, 8, 11);
        Assert.Equal(Now, id.CreatedAt);
        Assert.Equal(id, RunId.Parse(id.Text));
        Assert.Equal(id.Text, id.ToString());
    }

    [Fact]
    public void Ids_of_one_millisecond_differ()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => RunId.New(Now)).ToHashSet();

        Assert.Equal(10_000, ids.Count);
    }

    [Fact]
    public void Later_ids_sort_before_earlier_ones()
    {
        var random = new Random(1);
        var times = Enumerable.Range(0, 1000).Select(_ => Now.AddMilliseconds(random.NextInt64(1L << 40))).Distinct().ToArray();

        var sorted = times.Select(RunId.New).OrderBy(id => id.Text, StringComparer.Ordinal).Select(id => id.CreatedAt);

        Assert.Equal(times.OrderDescending(), sorted);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(1_000_000, true)]
    public void The_bound_of_a_time_parts_the_ids_since_then_from_those_before(long milliseconds, bool isSince)
    {
        var bound = RunId.AfterAllSince(Now);

        Assert.Equal(isSince, string.CompareOrdinal(RunId.New(Now.AddMilliseconds(milliseconds)).Text, bound) < 0);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", true)]
    [InlineData("9999-12-31T23:59:59Z", false)]
    public void A_time_that_no_id_can_tell_is_before_or_after_all_of_them(string time, bool isBefore)
    {
        var bound = RunId.AfterAllSince(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));

        Assert.Equal(isBefore, string.CompareOrdinal(RunId.New(Now).Text, bound) < 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("fc32ae7d-6840-4be3-8fb1-539a60e33fc3")]
    [InlineData("fc32ae7d-6840-8be3-0fb1-539a60e33fc3")]
    [InlineData("FC32AE7D-6840-8BE3-8FB1-539A60E33FC3")]
    [InlineData("{fc32ae7d-6840-8be3-8fb1-539a60e33fc3}")]
    [InlineData("fc32ae7d68408be38fb1539a60e33fc3")]
    [InlineData(" fc32ae7d-6840-8be3-8fb1-539a60e33fc3")]
    public void What_was_not_made_here_is_no_id(string? text) => Assert.Null(RunId.Parse(text));
}

using FsCheck;
using FsCheck.Fluent;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>The order of row keys, and which of them a range of time takes in.</summary>
public sealed class ChunkKeyTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private static readonly Gen<TimeRange> Range =
        from start in Gen.Choose(0, 172_800)
        from length in Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Choose(0, 20_000)))
        select new TimeRange(start * Second, (start + length) * Second);

    [Fact]
    public void Newer_chunks_sort_first() => Always.Holds(Gen.Two(Chunks.Header), static both =>
    {
        var (first, second) = both;
        if (ChunkKey.IsNarrow(first) == ChunkKey.IsNarrow(second) && first.Max != second.Max)
        {
            Assert.Equal(first.Max > second.Max, string.CompareOrdinal(ChunkKey.Of(first), ChunkKey.Of(second)) < 0);
        }
    });

    [Fact]
    public void No_chunk_that_may_hold_records_of_a_range_is_outside_its_keys() => Always.Holds(Gen.Zip(Chunks.Header, Range), static given =>
    {
        var (header, range) = given;
        if (header.Max >= range.From && header.Min <= range.To)
        {
            Assert.True(IsIn(Keys(header, range), ChunkKey.Of(header)));
        }
    });

    [Fact]
    public void A_chunk_whose_newest_record_is_too_old_or_much_too_new_is_outside_the_keys() => Always.Holds(Gen.Zip(Chunks.Header, Range), static given =>
    {
        var (header, range) = given;
        var isTooNew = ChunkKey.IsNarrow(header) && header.Max > range.To + ChunkKey.NarrowSpan;
        if (header.Max < range.From || isTooNew)
        {
            Assert.False(IsIn(Keys(header, range), ChunkKey.Of(header)));
        }
    });

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Narrow_is_a_chunk_of_up_to_two_hours(long beyond, bool isNarrow)
    {
        var header = Chunks.AnyHeader with { Min = 0, Max = (2 * TimeSpan.TicksPerHour) + beyond };

        Assert.Equal(isNarrow, ChunkKey.IsNarrow(header));
        Assert.Equal(isNarrow ? 'n' : 'w', ChunkKey.Of(header)[0]);
    }

    [Fact]
    public void The_ends_of_time_are_in_the_range_of_all_times()
    {
        var all = new TimeRange(0, DateTime.MaxValue.Ticks);
        foreach (var ticks in new[] { 0, DateTime.MaxValue.Ticks })
        {
            var header = Chunks.AnyHeader with { Min = ticks, Max = ticks };

            Assert.True(IsIn(ChunkKey.NarrowBetween(all), ChunkKey.Of(header)));
        }
    }

    [Fact]
    public void Wide_narrow_and_staged_rows_never_mix()
    {
        var all = new TimeRange(0, DateTime.MaxValue.Ticks);
        var narrow = Chunks.AnyHeader with { Min = 0, Max = 0 };
        var wide = narrow with { Max = TimeSpan.TicksPerDay };
        var part = ChunkKey.OfPart(narrow.Batch, 0);

        Assert.Equal([true, false, false], Memberships(ChunkKey.NarrowBetween(all)));
        Assert.Equal([false, true, false], Memberships(ChunkKey.WideBetween(all)));
        Assert.Equal([false, false, true], Memberships(ChunkKey.PartsOf(narrow.Batch)));

        bool[] Memberships(RowKeyRange keys) => [IsIn(keys, ChunkKey.Of(narrow)), IsIn(keys, ChunkKey.Of(wide)), IsIn(keys, part)];
    }

    [Fact]
    public void Parts_are_in_order_and_those_of_another_batch_are_left_out()
    {
        var batch = new string('7', 32);
        var parts = Enumerable.Range(0, 300).Select(number => ChunkKey.OfPart(batch, number)).ToList();

        Assert.Equal(parts.Order(StringComparer.Ordinal), parts);
        Assert.All(parts, key => Assert.True(IsIn(ChunkKey.PartsOf(batch), key)));
        Assert.False(IsIn(ChunkKey.PartsOf(batch), ChunkKey.OfPart(new string('7', 31) + "6", 0)));
        Assert.False(IsIn(ChunkKey.PartsOf(batch), ChunkKey.OfPart(new string('7', 31) + "8", 0)));
    }

    private static RowKeyRange Keys(ChunkHeader header, TimeRange range) =>
        ChunkKey.IsNarrow(header) ? ChunkKey.NarrowBetween(range) : ChunkKey.WideBetween(range);

    private static bool IsIn(RowKeyRange range, string key) =>
        string.CompareOrdinal(key, range.From) >= 0 && string.CompareOrdinal(key, range.To) < 0;
}

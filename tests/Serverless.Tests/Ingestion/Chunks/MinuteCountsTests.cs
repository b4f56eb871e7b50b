using FsCheck;
using FsCheck.Fluent;
using Serverless.Ingestion.Chunks;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>Counts by minute, beside counting one by one.</summary>
[Trait("Category", "Fast")]
public sealed class MinuteCountsTests
{
    private const long Start = 63_900_000L * TimeSpan.TicksPerMinute;

    private static readonly Gen<List<(long Ticks, int Kind)>> Records = Gen.Choose(0, 119 * 60).Zip(Gen.Choose(0, 2))
        .Select(record => (Start + (record.Item1 * TimeSpan.TicksPerSecond), record.Item2)).ListOf().Where(records => records.Count > 0).Select(records => records.ToList());

    [Fact]
    public void What_is_counted_is_read_back() => Always.Holds(Records, records => Assert.Equal(Expected(records), Read(Header(records))));

    [Fact]
    public void Two_chunks_together_count_what_both_do() => Always.Holds(Records.Two(), records =>
    {
        var merged = ChunkHeader.Merge(Header(records.Item1), Header(records.Item2));
        Assert.Equal(Expected([.. records.Item1, .. records.Item2]), Read(merged));
    });

    [Fact]
    public void What_is_not_known_of_one_is_not_known_of_both()
    {
        var known = Header([(Start, 0), (Start + TimeSpan.TicksPerHour, 1)]);
        var unknown = known with { Minutes = default };

        Assert.Null(MinuteCounts.Of(unknown));
        Assert.Null(MinuteCounts.Of(ChunkHeader.Merge(known, unknown)));
        Assert.Null(MinuteCounts.Of(ChunkHeader.Merge(unknown, known)));
    }

    [Fact]
    public void Of_records_that_are_spread_over_days_nothing_is_known()
    {
        var records = Enumerable.Range(0, 500).Select(number => (Start + (number * TimeSpan.TicksPerHour), 0)).ToList();

        Assert.True(Header(records).Minutes.IsEmpty);
    }

    [Fact]
    public void Bytes_that_are_no_counts_are_refused()
    {
        var header = Header([(Start, 0), (Start + TimeSpan.TicksPerHour, 1)]);

        Assert.Throws<FormatException>(() => MinuteCounts.Of(header with { Minutes = header.Minutes[..^1] }));
        Assert.Throws<FormatException>(() => MinuteCounts.Of(header with { Minutes = Enumerable.Repeat((byte)255, 20).ToArray() }));
    }

    private static ChunkHeader Header(IReadOnlyList<(long Ticks, int Kind)> records)
    {
        var counts = new MinuteCounts(3);
        foreach (var (ticks, kind) in records)
        {
            counts.Add(ticks, kind);
        }

        return Chunks.AnyHeader with
        {
            Min = records.Min(record => record.Ticks),
            Max = records.Max(record => record.Ticks),
            Kinds = [.. Enumerable.Range(0, 3).Select(kind => records.Count(record => record.Kind == kind))],
            Minutes = counts.Encode(),
        };
    }

    private static IEnumerable<string> Expected(IReadOnlyList<(long Ticks, int Kind)> records) => records
        .GroupBy(record => record.Ticks / TimeSpan.TicksPerMinute)
        .OrderBy(minute => minute.Key)
        .Select(minute => $"{minute.Key}: {string.Join(',', Enumerable.Range(0, 3).Select(kind => minute.Count(record => record.Kind == kind)))}");

    private static IEnumerable<string> Read(ChunkHeader header) =>
        MinuteCounts.Of(header)!.Minutes.Select(minute => $"{minute.Key}: {string.Join(',', minute.Value)}");
}

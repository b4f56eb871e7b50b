using FsCheck.Fluent;
using Serverless.Ingestion.Chunks;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>The headers of chunks that are put together.</summary>
public sealed class ChunkHeaderTests
{
    [Fact]
    public void Counts_add_up_and_times_span_both() => Always.Holds(Gen.Two(Chunks.Header), static both =>
    {
        var (first, second) = both;

        var merged = ChunkHeader.Merge(first, second);

        Assert.Equal(first.Batch, merged.Batch);
        Assert.Equal(first.Partition, merged.Partition);
        Assert.Equal(first.Count + second.Count, merged.Count);
        Assert.Equal(new[] { first.Min, second.Min }.Min(), merged.Min);
        Assert.Equal(new[] { first.Max, second.Max }.Max(), merged.Max);
        Assert.Equal([first.Kinds[0] + second.Kinds[0], first.Kinds[1] + second.Kinds[1], first.Kinds[2] + second.Kinds[2]], merged.Kinds);
    });

    [Fact]
    public void A_label_stays_only_when_both_have_the_same() => Always.Holds(Gen.Two(Chunks.Header), static both =>
        Assert.Equal(
            both.Item1.Labels.Zip(both.Item2.Labels, static (first, second) => first == second ? first : "*"),
            ChunkHeader.Merge(both.Item1, both.Item2).Labels));

    [Fact]
    public void It_does_not_matter_which_two_of_three_are_merged_first() => Always.Holds(Gen.Three(Chunks.Header), static three =>
    {
        var (first, second, third) = three;

        Assert.Equivalent(
            ChunkHeader.Merge(ChunkHeader.Merge(first, second), third),
            ChunkHeader.Merge(first, ChunkHeader.Merge(second, third)),
            strict: true);
    });
}

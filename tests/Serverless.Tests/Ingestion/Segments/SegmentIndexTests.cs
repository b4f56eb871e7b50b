using FsCheck.Fluent;
using Serverless.Ingestion.Segments;

namespace Serverless.Tests.Ingestion.Segments;

/// <summary>The index of a segment: every block that has a term is found, few others are, and what is broken denies nothing.</summary>
[Trait("Category", "Fast")]
public sealed class SegmentIndexTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(512, 0)]
    [InlineData(600, 4)]
    [InlineData(8_000, 4)]
    [InlineData(9_000, 8)]
    [InlineData(131_000, 8)]
    [InlineData(132_000, 11)]
    [InlineData(3_000_000, 11)]
    public void The_more_terms_there_are_the_more_buckets(int terms, int bits) => Assert.Equal(bits, SegmentIndex.BitsFor(terms));

    // 5 and 10 are those of the version before.
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(11)]
    public void A_term_is_found_in_the_blocks_that_have_it_and_hardly_in_others(int bits)
    {
        var random = new Random(bits);
        var blocks = Enumerable.Range(0, 96).Select(_ => Terms(random, random.Next(0, 200))).ToList();
        var mistaken = 0;
        foreach (var term in blocks.SelectMany(block => block.Take(3)).Concat(Terms(random, 1_000)).Append(0UL).Append(ulong.MaxValue))
        {
            var bucket = IndexBucket.Of(term, bits);
            var found = SegmentIndex.Find(SegmentIndex.Encode(bucket, blocks), blocks.Count, term, bits)!.Value;
            for (var block = 0; block < blocks.Count; block++)
            {
                var isFound = (found >> block & 1) != 0;
                Assert.True(isFound || !blocks[block].Contains(term));
                mistaken += isFound && !blocks[block].Contains(term) ? 1 : 0;
            }
        }

        Assert.InRange(mistaken, 0, 100);
    }

    [Fact]
    public void Every_term_is_in_one_bucket_and_a_row_holds_those_of_its_own()
    {
        var random = new Random(4);
        var block = Terms(random, 5_000);
        var rows = Enumerable.Range(0, 32).Select(number => SegmentIndex.Encode(new(5, number), [block])).ToList();

        Assert.Equal(32 * 10 + (5_000 * 3), rows.Sum(row => row.Length));
        Assert.All(block, term => Assert.Equal(1, (int)SegmentIndex.Find(rows[IndexBucket.Of(term, 5).Number], 1, term, 5)!.Value));
    }

    [Fact]
    public void What_was_changed_in_any_byte_or_cut_off_or_is_of_other_blocks_says_nothing()
    {
        var term = 0x123456789ABCDEF0UL;
        var row = SegmentIndex.Encode(IndexBucket.Of(term, 5), [[term], [], [1, term]]);
        Always.Holds(Gen.Choose(0, row.Length - 1).Zip(Gen.Choose(1, 255)), change =>
        {
            var broken = row.ToArray();
            broken[change.Item1] ^= (byte)change.Item2;
            Assert.Null(SegmentIndex.Find(broken, 3, term, 5));
            Assert.Null(SegmentIndex.Find(row.AsSpan(..change.Item1), 3, term, 5));
        });
        Assert.Null(SegmentIndex.Find(row, 2, term, 5));
        Assert.Null(SegmentIndex.Find(row, 4, term, 5));
        Assert.Null(SegmentIndex.Find([], 3, term, 5));
        Assert.Equal((UInt128)0b101, SegmentIndex.Find(row, 3, term, 5));
    }

    private static ulong[] Terms(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64() ^ ((ulong)random.NextInt64() << 1)).Order()];
}

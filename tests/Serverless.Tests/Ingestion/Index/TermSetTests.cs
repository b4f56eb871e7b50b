using FsCheck.Fluent;
using Serverless.Ingestion.Index;

namespace Serverless.Tests.Ingestion.Index;

/// <summary>Sets of terms, beside the framework's sets.</summary>
[Trait("Category", "Fast")]
public sealed class TermSetTests
{
    [Fact]
    public void It_holds_each_term_once_in_whatever_order_they_come()
    {
        // Few of them differ in their low bits, so that they meet in the table.
        var term = Gen.Choose(0, 50).Zip(Gen.Choose(0, 3)).Select(pair => ((ulong)pair.Item1 << 32) | (uint)pair.Item2);
        Always.Holds(term.ListOf().Zip(term.ListOf()), lists =>
        {
            using var first = Set(lists.Item1);
            using var second = Set(lists.Item2);
            first.UnionWith(second);

            // Zero is kept as another term: it only ever says "maybe".
            var expected = lists.Item1.Concat(lists.Item2).Select(one => one == 0 ? 1 : one).ToHashSet();
            Assert.Equal(expected.Order(), first.ToSortedArray());
            Assert.Equal(expected.Count, first.Count);
        });
    }

    [Fact]
    public void It_grows_and_can_be_used_again()
    {
        using var set = Set(Enumerable.Range(1, 20_000).Select(number => (ulong)number * 0x9E3779B97F4A7C15));
        Assert.Equal(20_000, set.Count);
        set.Clear();
        set.Add(7);
        Assert.Equal([7UL], set.ToSortedArray());
    }

    [Fact]
    public void Beyond_its_bound_it_says_that_it_knows_nothing()
    {
        using var full = Set(Enumerable.Range(1, TermSet.MaxCount).Select(number => (ulong)number));
        Assert.False(full.HasOverflowed);
        full.Add(TermSet.MaxCount);
        Assert.False(full.HasOverflowed);
        full.Add(TermSet.MaxCount + 1);
        Assert.True(full.HasOverflowed);
        using var other = Set([1]);
        other.UnionWith(full);
        Assert.True(other.HasOverflowed);
    }

    private static TermSet Set(IEnumerable<ulong> terms)
    {
        var set = new TermSet();
        foreach (var term in terms)
        {
            set.Add(term);
        }

        return set;
    }
}

using Serverless.Ingestion.Index;

namespace Serverless.Tests.Ingestion.Index;

/// <summary>Filters of terms: they never deny what is there, and rarely admit what is not.</summary>
[Trait("Category", "Fast")]
public sealed class TermFilterTests
{
    private static readonly long Field = Term.Field("user_id");

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(1_000)]
    [InlineData(13_000)]
    public void What_is_there_is_found_and_one_in_forty_of_the_rest_at_most(int count)
    {
        var filter = Filter(Enumerable.Range(0, count).Select(number => $"there {number}"));

        Assert.All(Enumerable.Range(0, count), number => Assert.True(TermFilter.MayContain(filter, Of($"there {number}"))));
        var mistaken = Enumerable.Range(0, 10_000).Count(number => TermFilter.MayContain(filter, Of($"not there {number}")));
        Assert.InRange(mistaken, 0, 250);
        Assert.InRange(filter.Length, 1, Math.Max(2, (count * 5 / 4) + 1));
        Assert.Equal(TermFilter.SizeOf(count), filter.Length);
    }

    [Fact]
    public void No_term_is_let_pass_by_many_filters_of_one_size()
    {
        var filters = Enumerable.Range(0, 400).Select(filter => Filter(Enumerable.Range(0, 29).Select(number => $"there {filter} {number}"))).ToList();

        Assert.All(
            Enumerable.Range(0, 1_000).Select(number => Of($"not there {number}")),
            term => Assert.InRange(filters.Count(filter => TermFilter.MayContain(filter, term)), 0, 25));
    }

    [Fact]
    public void The_same_value_of_another_field_is_another_term()
    {
        var filter = Filter(["a"]);

        Assert.True(TermFilter.MayContain(filter, Of("a")));
        Assert.False(TermFilter.MayContain(filter, Term.Of(Term.Field("model"), "a")));
    }

    [Fact]
    public void Where_nothing_is_known_everything_may_be()
    {
        Assert.True(TermFilter.MayContain([], Of("a")));
        Assert.Empty(Filter([]));
        Assert.Empty(Filter(Enumerable.Range(0, TermSet.MaxCount + 1).Select(number => $"{number}")));
    }

    [Fact]
    public void However_many_terms_there_are_it_fits_into_a_message()
    {
        var filter = Filter(Enumerable.Range(0, 50_000).Select(number => $"{number}"));

        Assert.Equal(TermFilter.MaxBytes, filter.Length);
        Assert.All(Enumerable.Range(0, 50_000), number => Assert.True(TermFilter.MayContain(filter, Of($"{number}"))));
    }

    private static ulong Of(string value) => Term.Of(Field, value);

    private static byte[] Filter(IEnumerable<string> values)
    {
        using var terms = new TermSet();
        foreach (var value in values)
        {
            terms.Add(Of(value));
        }

        return TermFilter.Of(terms);
    }
}

using Serverless.Ingestion.Chunks;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>Filters of terms: they never deny what is there, and rarely admit what is not.</summary>
public sealed class TermFilterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void What_is_there_is_found_and_one_in_fifty_of_the_rest_at_most(int count)
    {
        var filter = TermFilter.Of([.. Enumerable.Range(0, count).Select(number => TermFilter.Term("user_id", $"there {number}"))]);

        Assert.All(Enumerable.Range(0, count), number => Assert.True(TermFilter.MayContain(filter.Span, TermFilter.Term("user_id", $"there {number}"))));
        var mistaken = Enumerable.Range(0, 10_000).Count(number => TermFilter.MayContain(filter.Span, TermFilter.Term("user_id", $"not there {number}")));
        Assert.InRange(mistaken, 0, 200);
        Assert.InRange(filter.Length, 1, Math.Max(2, count * 5 / 4 + 1));
    }

    [Fact]
    public void No_term_is_let_pass_by_many_filters_of_one_size()
    {
        var filters = Enumerable.Range(0, 400)
            .Select(filter => TermFilter.Of([.. Enumerable.Range(0, 29).Select(number => TermFilter.Term("user_id", $"there {filter} {number}"))]))
            .ToList();

        Assert.All(
            Enumerable.Range(0, 1_000).Select(number => TermFilter.Term("user_id", $"not there {number}")),
            term => Assert.InRange(filters.Count(filter => TermFilter.MayContain(filter.Span, term)), 0, 20));
    }

    [Fact]
    public void The_same_value_of_another_field_is_another_term()
    {
        var filter = TermFilter.Of([TermFilter.Term("user_id", "a")]);

        Assert.True(TermFilter.MayContain(filter.Span, TermFilter.Term("user_id", "a")));
        Assert.False(TermFilter.MayContain(filter.Span, TermFilter.Term("model", "a")));
    }

    [Fact]
    public void Where_nothing_is_known_everything_may_be()
    {
        Assert.True(TermFilter.MayContain([], TermFilter.Term("user_id", "a")));
        Assert.True(TermFilter.Of([]).IsEmpty);
    }

    [Fact]
    public void However_many_terms_there_are_it_fits_beside_the_payload()
    {
        var filter = TermFilter.Of([.. Enumerable.Range(0, 50_000).Select(number => TermFilter.Term("trace_id", $"{number}"))]);

        Assert.Equal(TermFilter.MaxBytes, filter.Length);
        Assert.All(Enumerable.Range(0, 50_000), number => Assert.True(TermFilter.MayContain(filter.Span, TermFilter.Term("trace_id", $"{number}"))));
    }
}

using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>What is usual.</summary>
[Trait("Category", "Fast")]
public sealed class BaselineTests
{
    [Fact]
    public void The_scale_is_that_of_the_usual_distances_to_the_median()
    {
        var baseline = Baseline.Of([100, 1, 5, 3, 4], 0.01m);

        Assert.Equal(new Baseline(4, 1.4826m, 5), baseline);
        Assert.Equal(10 / 1.4826m, baseline.Deviation(14));
        Assert.Equal(-4 / 1.4826m, baseline.Deviation(0));
    }

    [Fact]
    public void Of_an_even_number_the_middle_lies_between_the_two_in_the_middle() =>
        Assert.Equal(new Baseline(2.5m, 1.4826m, 4), Baseline.Of([4, 1, 3, 2], 0.01m));

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(4, 0.5)]
    [InlineData(5, 0.5)]
    [InlineData(6, 0.6)]
    [InlineData(1000, 100)]
    public void Where_nothing_changes_the_scale_is_a_tenth_of_the_median_or_the_floor(int value, double scale) =>
        Assert.Equal((decimal)scale, Baseline.Of(Enumerable.Repeat((decimal)value, 4).ToList(), 0.5m).Scale);

    [Fact]
    public void Outliers_that_are_fewer_than_half_do_not_move_it_beyond_the_others() => Always.Holds(
        Gen.Zip(Gen.Choose(90, 110).ArrayOf(5), Gen.Choose(0, 1_000_000).ArrayOf(3), static (usual, outliers) => (usual, outliers)),
        static given =>
        {
            var baseline = Baseline.Of(given.usual.Concat(given.outliers).Select(value => (decimal)value).ToList(), 0.01m);

            Assert.InRange(baseline.Median, given.usual.Min(), given.usual.Max());
            Assert.InRange(baseline.Scale, 9, 1.4826m * 20);
        });
}

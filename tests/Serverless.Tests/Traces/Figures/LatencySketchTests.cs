using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>Quantiles of sketches, compared with those of sorted values.</summary>
[Trait("Category", "Fast")]
public sealed class LatencySketchTests
{
    private static readonly Gen<double> Share = Gen.Choose(0, 1000).Select(share => share / 1000.0);
    private static readonly double[] UsualShares = [0, 0.5, 0.9, 0.95, 0.99, 1];

    private static readonly Gen<double[]> Latencies = Gen.OneOf(
        Many(Gen.Constant(0.0)),
        Spread(-6, 9).SelectMany(value => Many(Gen.Constant(value))),
        Many(Spread(-6, -3)),
        Many(Spread(6, 9)),
        Many(Spread(-6, 9)),
        Many(HeavyTail),
        Many(Gen.OneOf(Gen.Constant(0.0), Spread(0, 4))),
        Many(BucketBorder),
        Many(Gen.Elements(1e-6, 1e9, 0)),
        Gen.Choose(1, 5).SelectMany(count => Spread(-6, 9).ArrayOf(count)));

    private static Gen<double> HeavyTail => Gen.Choose(1, 1_000_000).Select(draw => Math.Min(1e9, 20 / Math.Pow(draw / 1e6, 1.2)));

    private static Gen<double> BucketBorder =>
        from power in Gen.Choose(-690, 1040)
        from nudge in Gen.Elements(1, 1 - 1e-15, 1 + 1e-15)
        select Math.Pow(1.02, power) * nudge;

    [Fact]
    public void Any_quantile_is_within_one_percent_of_the_true_one() => Always.Holds(
        Gen.Zip(Latencies, Share, static (values, share) => (values, share)),
        static given =>
        {
            var sketch = Sketch(given.values);
            var sorted = given.values.Order().ToArray();
            foreach (var share in UsualShares.Append(given.share))
            {
                var rank = Math.Max(1, (int)Math.Ceiling((decimal)share * sorted.Length));
                var expected = sorted[rank - 1];
                Assert.InRange(sketch.Quantile(share), expected * 0.99, expected * 1.01);
            }
        },
        count: 1_000);

    [Theory]
    [InlineData(0.07, 7)] // whose product is 7.000000000000001 in floating point
    [InlineData(0.29, 29)]
    [InlineData(0.5, 50)]
    [InlineData(0.501, 51)]
    [InlineData(0.99, 99)]
    [InlineData(0, 1)]
    [InlineData(1, 100)]
    public void The_rank_is_the_nearest_one(double share, int expected) =>
        Assert.InRange(Sketch(Enumerable.Range(1, 100).Select(value => (double)value)).Quantile(share), expected * 0.99, expected * 1.01);

    [Fact]
    public void What_is_put_together_is_what_was_added_to_one() => Always.Holds(
        Gen.Zip(Latencies, Latencies, static (first, second) => (first, second)),
        static given =>
        {
            var merged = Merge(Sketch(given.first), Sketch(given.second));

            Assert.Equal(given.first.Length + given.second.Length, merged.Count);
            Assert.Equal(Text(Sketch([.. given.first, .. given.second])), Text(merged));
            Assert.Equal(Text(merged), Text(Merge(Sketch(given.second), Sketch(given.first))));
        });

    [Fact]
    public void It_does_not_matter_what_is_put_together_first() => Always.Holds(
        from first in Latencies
        from second in Latencies
        from third in Latencies
        select (first, second, third),
        static given => Assert.Equal(
            Text(Merge(Merge(Sketch(given.first), Sketch(given.second)), Sketch(given.third))),
            Text(Merge(Sketch(given.first), Merge(Sketch(given.second), Sketch(given.third))))));

    [Fact]
    public void What_was_written_reads_back_the_same() => Always.Holds(Latencies, static values =>
    {
        var sketch = Sketch(values);

        var again = Read(Text(sketch));

        Assert.Equal(Text(sketch), Text(again));
        Assert.Equal(values.Length, again.Count);
        Assert.Equal(UsualShares.Select(sketch.Quantile), UsualShares.Select(again.Quantile));
    });

    [Fact]
    public void The_text_names_the_first_bucket_and_skips_empty_ones() => Assert.Equal(
        """{"zero":2,"buckets":[-1,1,2,-2,1]}""",
        Text(Sketch([0, 1e-7, 0.98, 0.999, 1, 1.05])));

    [Fact]
    public void Without_values_it_is_empty_and_its_quantiles_are_0()
    {
        var sketch = new LatencySketch();

        Assert.Equal("""{"zero":0,"buckets":[]}""", Text(sketch));
        Assert.Equal(0, sketch.Count);
        Assert.Equal(0, sketch.Quantile(0.5));
        Assert.Equal("""{"zero":0,"buckets":[]}""", Text(Read(Text(sketch))));
    }

    [Theory]
    [InlineData(1.0)] // as many in every bucket, which takes the most digits
    [InlineData(3.0)]
    public void A_million_latencies_from_a_millisecond_to_ten_minutes_take_less_than_4_KB(double skew)
    {
        var sketch = new LatencySketch();
        for (var number = 0; number < 1_000_000; number++)
        {
            sketch.Add(Math.Exp(Math.Pow(number / 1e6, skew) * Math.Log(600_000)));
        }

        Assert.Equal(1_000_000, sketch.Count);
        Assert.InRange(Text(sketch).Length, 1_000, 4_095);
    }

    private static Gen<double[]> Many(Gen<double> values) => Gen.Choose(1, 300).SelectMany(count => values.ArrayOf(count));

    private static Gen<double> Spread(int fromPower, int toPower) =>
        Gen.Choose(fromPower * 1_000_000, toPower * 1_000_000).Select(power => Math.Clamp(Math.Pow(10, power / 1e6), 1e-6, 1e9));

    private static LatencySketch Sketch(IEnumerable<double> values)
    {
        var sketch = new LatencySketch();
        foreach (var value in values)
        {
            sketch.Add(value);
        }

        return sketch;
    }

    private static LatencySketch Merge(LatencySketch first, LatencySketch second)
    {
        first.Merge(second);
        return first;
    }

    private static string Text(LatencySketch sketch) => Counted.Text(sketch, FigureJson.Default.LatencySketch);

    private static LatencySketch Read(string text) => JsonSerializer.Deserialize(text, FigureJson.Default.LatencySketch)!;
}

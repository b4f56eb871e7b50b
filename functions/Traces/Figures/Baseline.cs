namespace Serverless.Traces.Figures;

/// <summary>What a figure usually is: a median, and how far from it values usually lie. A few outliers change neither.</summary>
/// <param name="Median">The median.</param>
/// <param name="Scale">What makes a deviation of 1; more than 0.</param>
/// <param name="Hours">How many hours it was made of.</param>
internal readonly record struct Baseline(decimal Median, decimal Scale, int Hours)
{
    // What makes the median of deviations an estimate of the standard deviation, were the values normally distributed.
    private const decimal StandardDeviations = 1.4826m;
    private const decimal MinShareOfMedian = 0.1m;

    /// <summary>
    /// The baseline of some values. Its scale is 1.4826 times the median of their distances to their median, but at least a tenth of the
    /// median, and at least a floor: where nothing ever changed, a small change is still no anomaly.
    /// </summary>
    /// <param name="values">The values, one or more, none below 0.</param>
    /// <param name="floor">The least scale; more than 0.</param>
    public static Baseline Of(IReadOnlyCollection<decimal> values, decimal floor)
    {
        var median = MedianOf(values);
        var spread = StandardDeviations * MedianOf([.. values.Select(value => Math.Abs(value - median))]);
        return new(median, Math.Max(floor, Math.Max(spread, median * MinShareOfMedian)), values.Count);
    }

    /// <summary>How far from the median a value lies, in units of the scale; below 0 when it is lower.</summary>
    public decimal Deviation(decimal value) => (value - Median) / Scale;

    private static decimal MedianOf(IReadOnlyCollection<decimal> values)
    {
        var ordered = values.Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }
}

namespace Serverless.Benchmarks.Core;

/// <summary>Values of one thing, measured several times.</summary>
internal sealed class Measured
{
    private readonly double[] _inOrder;
    private readonly double[] _sorted;

    /// <summary>Takes the values, in the order in which they were measured.</summary>
    public Measured(params IEnumerable<double> values)
    {
        _inOrder = [.. values];
        _sorted = [.. _inOrder.Order()];
    }

    /// <summary>The one in the middle.</summary>
    public double Median => Quantile(0.5);

    /// <summary>The smallest.</summary>
    public double Min => _sorted[0];

    /// <summary>The largest.</summary>
    public double Max => _sorted[^1];

    /// <summary>The value below which a share of all lies, between two of them in proportion.</summary>
    public double Quantile(double share)
    {
        var place = share * (_sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + ((_sorted[above] - _sorted[below]) * (place - below));
    }

    /// <summary>The ratio to something that was measured in turn with it: of each repetition by itself, so that what slowed both does not count.</summary>
    public Measured Over(Measured other) => new(_inOrder.Zip(other._inOrder, (mine, others) => mine / others));
}

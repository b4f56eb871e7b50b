using System.Runtime.InteropServices;

namespace Serverless.Traces.Figures;

/// <summary>
/// How latencies are distributed, small enough to keep for every hour: how many there are in each of the buckets whose upper borders
/// are the powers of 1.02 (a DDSketch). Every quantile is within 1 % of the true value, the one of the nearest rank, for 0
/// and all values from 1e-6 to 1e9 ms; smaller ones count as 0. Sketches put together are exactly the sketch of all their values.
/// </summary>
internal sealed class LatencySketch
{
    // A bucket's answer errs by at most (growth - 1) / (growth + 1) = 0.9901 %, which leaves room for the rounding of logarithms.
    private const double Growth = 1.02;
    private const double Smallest = 1e-6;
    private static readonly double LogGrowth = Math.Log(Growth);

    private readonly Dictionary<int, long> _buckets = [];
    private long _zeros;

    /// <summary>How many values were added.</summary>
    public long Count { get; private set; }

    /// <summary>The sketch that was kept.</summary>
    public static LatencySketch Of(StoredSketch stored)
    {
        var sketch = new LatencySketch { _zeros = stored.Zero, Count = stored.Zero };
        if (stored.Buckets is [var first, ..])
        {
            var index = (int)first;
            foreach (var number in stored.Buckets.Skip(1))
            {
                if (number < 0)
                {
                    index -= (int)number;
                }
                else
                {
                    sketch.AddToBucket(index++, number);
                }
            }
        }

        return sketch;
    }

    /// <summary>Adds a value.</summary>
    /// <param name="milliseconds">A latency, 0 to 1e9 ms.</param>
    public void Add(double milliseconds)
    {
        if (milliseconds < Smallest)
        {
            _zeros++;
            Count++;
        }
        else
        {
            AddToBucket((int)Math.Ceiling(Math.Log(milliseconds) / LogGrowth), 1);
        }
    }

    /// <summary>Adds all values of another sketch.</summary>
    public void Merge(LatencySketch other)
    {
        _zeros += other._zeros;
        Count += other._zeros;
        foreach (var (index, count) in other._buckets)
        {
            AddToBucket(index, count);
        }
    }

    /// <summary>The value that a share of all values does not exceed, in ms; 0 when there are none.</summary>
    /// <param name="share">0 to 1: a half asks for the median.</param>
    public double Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling((decimal)share * Count));
        var seen = _zeros;
        return Count == 0 || rank <= _zeros
            ? 0
            : Middle(_buckets.OrderBy(bucket => bucket.Key).First(bucket => (seen += bucket.Value) >= rank).Key);
    }

    /// <summary>The sketch as it is kept.</summary>
    public StoredSketch ToStored()
    {
        var buckets = new List<long>(_buckets.Count + 1);
        int? next = null;
        foreach (var (index, count) in _buckets.OrderBy(bucket => bucket.Key))
        {
            if (index != next)
            {
                buckets.Add(next is null ? index : next.Value - index);
            }

            buckets.Add(count);
            next = index + 1;
        }

        return new(_zeros, buckets);
    }

    // What errs as much at the one border of the bucket as at the other.
    private static double Middle(int index) => 2 * Math.Pow(Growth, index) / (Growth + 1);

    private void AddToBucket(int index, long count)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_buckets, index, out _) += count;
        Count += count;
    }
}

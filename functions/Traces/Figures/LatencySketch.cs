using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Traces.Figures;

/// <summary>
/// How latencies are distributed, small enough to keep for every hour: how many there are in each of the buckets whose upper borders
/// are the powers of 1.02 (a DDSketch). Every quantile is within 1 % of the true value, the one of the nearest rank, for 0
/// and all values from 1e-6 to 1e9 ms; smaller ones count as 0. Sketches put together are exactly the sketch of all their values.
/// </summary>
[JsonConverter(typeof(LatencySketchConverter))]
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

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <param name="reader">Stands on the beginning of the object, and then on its end.</param>
    public static LatencySketch Read(ref Utf8JsonReader reader)
    {
        var sketch = new LatencySketch();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isBuckets = reader.ValueTextEquals("buckets"u8);
            reader.Read();
            if (isBuckets)
            {
                sketch.ReadBuckets(ref reader);
            }
            else
            {
                sketch._zeros = reader.GetInt64();
                sketch.Count += sketch._zeros;
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

    /// <summary>
    /// Writes the sketch as <c>{"zero":n,"buckets":[…]}</c>. The buckets are the number of the first one, then the counts of it and
    /// those that follow; a negative number stands for so many empty ones in between.
    /// </summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("zero", _zeros);
        writer.WriteStartArray("buckets");
        int? next = null;
        foreach (var (index, count) in _buckets.OrderBy(bucket => bucket.Key))
        {
            if (index != next)
            {
                writer.WriteNumberValue(next is null ? index : next.Value - index);
            }

            writer.WriteNumberValue(count);
            next = index + 1;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // What errs as much at the one border of the bucket as at the other.
    private static double Middle(int index) => 2 * Math.Pow(Growth, index) / (Growth + 1);

    private void ReadBuckets(ref Utf8JsonReader reader)
    {
        int? next = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            var number = reader.GetInt64();
            if (next is not { } index)
            {
                next = (int)number;
            }
            else if (number < 0)
            {
                next = index - (int)number;
            }
            else
            {
                AddToBucket(index, number);
                next = index + 1;
            }
        }
    }

    private void AddToBucket(int index, long count)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_buckets, index, out _) += count;
        Count += count;
    }
}

/// <summary>Reads and writes sketches number by number: no list of the buckets is made.</summary>
internal sealed class LatencySketchConverter : JsonConverter<LatencySketch>
{
    /// <inheritdoc/>
    public override LatencySketch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => LatencySketch.Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, LatencySketch value, JsonSerializerOptions options) => value.WriteTo(writer);
}

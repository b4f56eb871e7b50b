using System.Text.Json;

namespace Serverless.Traces.Figures;

/// <summary>How fast a project's calls are: the answer of <c>GET /v1/performance</c>.</summary>
/// <param name="hours">The figures of the hours of the range; others among them do not count.</param>
/// <param name="range">The hours shown.</param>
internal sealed class PerformanceReport(IReadOnlyList<HourFigures> hours, HourRange range)
{
    private static readonly (string Name, double Share)[] Percentiles = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)];

    private readonly List<HourFigures> _hours = [.. hours.In(range)];

    /// <summary>
    /// Writes the answer: times in ms and tokens per second with 3 digits of fraction, rates with 6. Percentiles are those of all
    /// events together, within 1 %. The busiest model comes first.
    /// </summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        var sum = _hours.Sum();
        writer.WriteStartObject();
        WriteLatency(writer, sum.Latencies);
        writer.WriteTime("avgTtft", sum.AverageTtft);
        writer.WriteTime("tokensPerSecond", sum.TokensPerSecond);
        writer.WriteRate("timeoutRate", sum.TimeoutRate);
        writer.WriteStartArray("byModel");
        var models = _hours.SumByModel().OrderByDescending(model => model.Figures.Requests).ThenBy(model => model.Model, StringComparer.Ordinal);
        foreach (var (model, figures) in models)
        {
            WriteModel(writer, model, figures);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter writer, string model, EventFigures sum)
    {
        writer.WriteStartObject();
        writer.WriteString("model", model);
        writer.WriteNumber("requests", sum.Requests);
        WriteLatency(writer, sum.Latencies);
        writer.WriteTime("avgLatency", sum.AverageLatency);
        writer.WriteTime("avgTtft", sum.AverageTtft);
        writer.WriteTime("tokensPerSecond", sum.TokensPerSecond);
        writer.WriteRate("timeoutRate", sum.TimeoutRate);
        writer.WriteRate("errorRate", sum.ErrorRate);
        writer.WriteEndObject();
    }

    private static void WriteLatency(Utf8JsonWriter writer, LatencySketch latencies)
    {
        writer.WriteStartObject("latency");
        foreach (var (name, share) in Percentiles)
        {
            writer.WriteTime(name, (decimal)latencies.Quantile(share));
        }

        writer.WriteEndObject();
    }
}

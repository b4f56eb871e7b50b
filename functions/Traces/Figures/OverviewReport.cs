using System.Text.Json;

namespace Serverless.Traces.Figures;

/// <summary>A project at a glance: the answer of <c>GET /v1/projects/{id}/overview</c>.</summary>
/// <param name="hours">The figures of the hours of the range; others among them do not count.</param>
/// <param name="range">The hours shown.</param>
/// <param name="recentErrors">The stored lines of the latest events that count as errors, the newest first.</param>
internal sealed class OverviewReport(IReadOnlyList<HourFigures> hours, HourRange range, IReadOnlyList<ReadOnlyMemory<byte>> recentErrors)
{
    /// <summary>The most errors that are shown.</summary>
    public const int MaxRecentErrors = 10;

    private const int MaxTopModels = 10;

    private readonly List<HourFigures> _hours = [.. hours.In(range)];

    /// <summary>Writes the answer: costs in USD, times in ms with 3 digits of fraction, the rate of errors with 6.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteKeyFigures(writer);
        WriteTimeline(writer);
        WriteTopModels(writer);
        writer.WriteStartArray("recentErrors");
        foreach (var line in recentErrors.Take(MaxRecentErrors))
        {
            RecentError.Write(writer, line.Span);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteKeyFigures(Utf8JsonWriter writer)
    {
        var sum = _hours.Sum();
        writer.WriteStartObject("kpis");
        writer.WriteNumber("totalRequests", sum.Requests);
        writer.WriteMoney("totalCost", sum.Cost);
        writer.WriteTime("avgLatency", sum.AverageLatency);
        writer.WriteRate("errorRate", sum.ErrorRate);
        writer.WriteEndObject();
    }

    private void WriteTimeline(Utf8JsonWriter writer)
    {
        var sums = _hours.SumByHour();
        var nothing = new EventFigures();
        writer.WriteStartArray("timeline");
        foreach (var hour in range.Hours)
        {
            var sum = sums.GetValueOrDefault(hour, nothing);
            writer.WriteStartObject();
            writer.WriteString("hour", HourNumber.Start(hour));
            writer.WriteNumber("requests", sum.Requests);
            writer.WriteMoney("cost", sum.Cost);
            writer.WriteNumber("errors", sum.Errors);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteTopModels(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("topModels");
        foreach (var (model, sum) in _hours.SumByModel().DearestFirst().Take(MaxTopModels))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteMoney("cost", sum.Cost);
            writer.WriteNumber("requests", sum.Requests);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

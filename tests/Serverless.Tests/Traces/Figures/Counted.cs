using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Serverless.Http;
using Serverless.Ingestion.Records;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>Figures of events, and what is written of them.</summary>
internal static class Counted
{
    /// <summary>A time of UTC.</summary>
    public static DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    /// <summary>The number of an hour.</summary>
    public static long Number(DateTime hour) => HourNumber.Of(hour.Ticks);

    /// <summary>The range from an hour to another, included.</summary>
    public static HourRange Range(DateTime first, DateTime last) => new(Number(first), Number(last));

    /// <summary>The figures of all events together.</summary>
    public static EventFigures Sum(IEnumerable<SentEvent> events)
    {
        var figures = new EventFigures();
        foreach (var sent in events)
        {
            figures.Add(sent.Measures);
        }

        return figures;
    }

    /// <summary>The figures of the hours of events.</summary>
    public static IReadOnlyList<HourFigures> Hours(params IEnumerable<SentEvent> events)
    {
        var hours = new Dictionary<long, HourFigures>();
        foreach (var sent in events)
        {
            var hour = Number(sent.Hour);
            hours.TryAdd(hour, new(hour));
            hours[hour].Add(sent.Measures);
        }

        return [.. hours.Values];
    }

    /// <summary>The lines in which an hour is kept.</summary>
    public static ReadOnlyMemory<byte> Payload(HourFigures hour)
    {
        using var lines = new LineWriter();
        hour.WriteTo(lines);
        return lines.Take();
    }

    /// <summary>A line as it is kept.</summary>
    public static ReadOnlyMemory<byte> Payload(string line)
    {
        using var lines = new LineWriter();
        lines.Write(Encoding.UTF8.GetBytes(line + "\n"));
        return lines.Take();
    }

    /// <summary>What lies in a payload.</summary>
    public static string Text(ReadOnlyMemory<byte> payload)
    {
        using var lines = new LineReader(payload);
        var text = new StringBuilder();
        while (lines.TryRead(out var line))
        {
            text.Append(Encoding.UTF8.GetString(line)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What is written.</summary>
    public static string Text<T>(T value, JsonTypeInfo<T> type) => Encoding.UTF8.GetString(JsonResponse.Body(value, type).Span);

    /// <summary>What is written, parsed.</summary>
    public static JsonNode Json<T>(T value, JsonTypeInfo<T> type) => JsonNode.Parse(Text(value, type))!;
}

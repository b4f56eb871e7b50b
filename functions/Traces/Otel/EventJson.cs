using System.Text;
using System.Text.Json;
using Serverless.Texts;
using Serverless.Times;
using Serverless.Traces.Events;

namespace Serverless.Traces.Otel;

/// <summary>Writes what spans say as the fields of events: what is not known is left out, and a text that is too long is cut.</summary>
internal static class EventJson
{
    /// <summary>The longest text but for messages, in bytes of UTF-8.</summary>
    public const int MaxTextBytes = 256;

    /// <summary>The longest name of a tag or an attribute, in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>The longest message, in bytes of UTF-8: never less than the characters that are kept of it, whatever they are.</summary>
    public const int MaxMessageBytes = 1500;

    private const decimal NanosecondsPerMillisecond = 1_000_000;

    /// <summary>How long it is from one time to another, in ms.</summary>
    public static decimal Milliseconds(ulong start, ulong end) => (end - start) / NanosecondsPerMillisecond;

    /// <summary>Writes the time of an event.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="nanoseconds">The time, in nanoseconds since 1970.</param>
    public static void WriteTime(this Utf8JsonWriter writer, ulong nanoseconds)
    {
        Span<byte> text = stackalloc byte[Timestamp.MaxLength];
        var length = Timestamp.OfUnixNanoseconds(nanoseconds).Format(text);
        writer.WriteString(EventFields.Utf8Name(EventField.Timestamp), text[..length]);
    }

    /// <summary>Writes the id of a trace or a span, if there is one.</summary>
    public static void WriteId(this Utf8JsonWriter writer, EventField field, string? id)
    {
        if (!SpanEventId.IsNone(id))
        {
            writer.WriteString(EventFields.Utf8Name(field), id!.ToLowerInvariant());
        }
    }

    /// <summary>Writes a text, if there is one.</summary>
    public static void WriteText(this Utf8JsonWriter writer, EventField field, string? text, int maxBytes = MaxTextBytes)
    {
        if (!string.IsNullOrEmpty(text))
        {
            writer.WriteString(EventFields.Utf8Name(field), Characters.BeginningOfBytes(text, maxBytes));
        }
    }

    /// <summary>Writes a number, if it is known.</summary>
    public static void WriteNumber(this Utf8JsonWriter writer, EventField field, decimal? number)
    {
        if (number is { } known)
        {
            writer.WriteNumber(EventFields.Utf8Name(field), known);
        }
    }

    /// <summary>Writes attributes as an object of texts; nothing when there are none.</summary>
    public static void WriteTexts(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<KeyValuePair<string, AttributeValue>> attributes, int max)
    {
        var kept = attributes.Where(attribute => attribute.Value.Text.Length > 0 && Encoding.UTF8.GetByteCount(attribute.Key) <= MaxNameBytes).Take(max).ToList();
        if (kept.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var (key, value) in kept)
        {
            writer.WriteString(key, Characters.BeginningOfBytes(value.Text, MaxTextBytes));
        }

        writer.WriteEndObject();
    }
}

using System.Text;
using System.Text.Json;
using Serverless.Times;
using Serverless.Traces.Events;

namespace Serverless.Traces.Otel;

/// <summary>Turns a span into an event, as a client would have sent it.</summary>
internal static class SpanMapper
{
    private const string UnknownModel = "unknown";
    private const int NanosecondDigits = 9;
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const decimal NanosecondsPerMillisecond = 1_000_000;
    private const decimal SecondsPerMillisecond = 0.001m;
    private const decimal MaxMilliseconds = 1_000_000_000;
    private const decimal MaxCost = 1_000_000;
    private const int MaxTags = 64;
    private const int MaxTagNameBytes = 128;
    private const int MaxTextBytes = 256;

    // Never less than the characters that are kept of it, whatever they are.
    private const int MaxMessageBytes = 1500;

    /// <summary>Why a span cannot become an event; null when it can.</summary>
    public static string? FindProblem(ExportedSpan span) => span switch
    {
        { Attributes.IsGenAi: false } => "there is no gen_ai.* attribute, and only calls of models, tools and agents are taken",
        { Problem: { } problem } => problem,
        _ when !SpanEventId.IsTrace(span.TraceId) => "\"traceId\" must be 32 hexadecimal digits, not all 0",
        _ when !SpanEventId.IsSpan(span.SpanId) => "\"spanId\" must be 16 hexadecimal digits, not all 0",
        _ when !SpanEventId.IsNone(span.ParentSpanId) && !SpanEventId.IsSpan(span.ParentSpanId) => "\"parentSpanId\" must be 16 hexadecimal digits",
        { Start: 0 } => "\"startTimeUnixNano\" is required",
        { End: 0 } => "\"endTimeUnixNano\" is required",
        _ when span.End < span.Start => "\"endTimeUnixNano\" must not be before \"startTimeUnixNano\"",
        _ when Milliseconds(span.Start, span.End) > MaxMilliseconds => $"a span must not last longer than {MaxMilliseconds} milliseconds",
        _ => null,
    };

    /// <summary>Writes the event of a span.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="span">The span, which has no problem.</param>
    /// <param name="resource">What it comes from.</param>
    public static void Write(Utf8JsonWriter writer, ExportedSpan span, AttributeSet resource)
    {
        var attributes = span.Attributes;
        var model = Cut(attributes.Text(GenAiAttributes.Model) ?? UnknownModel, MaxTextBytes);
        var provider = GenAiValues.Provider(attributes.Text(GenAiAttributes.Provider), model);
        var operation = GenAiValues.Operation(attributes.Text(GenAiAttributes.Operation));
        var errorType = Cut(attributes.Text(GenAiAttributes.ErrorType) ?? span.ExceptionType ?? "", MaxTextBytes);

        writer.WriteStartObject();
        writer.WriteString(EventFields.Utf8Name(EventField.EventId), SpanEventId.Derive(span.TraceId!, span.SpanId!));
        WriteTime(writer, span.Start);
        WriteText(writer, EventField.Status, GenAiValues.Status(span.IsError, errorType));
        WriteId(writer, EventField.TraceId, span.TraceId);
        WriteId(writer, EventField.SpanId, span.SpanId);
        WriteId(writer, EventField.ParentSpanId, span.ParentSpanId);
        WriteText(writer, EventField.Provider, provider);
        WriteText(writer, EventField.Model, model);
        WriteText(writer, EventField.Operation, operation);
        WriteNumber(writer, EventField.LatencyMs, Milliseconds(span.Start, span.End));
        WriteNumber(writer, EventField.TtftMs, TimeToFirstToken(span));
        WriteNumber(writer, EventField.CostUsd, attributes.Number(MaxCost, GenAiAttributes.Cost));
        WriteTokens(writer, EventField.InputTokens, attributes, GenAiAttributes.InputTokens);
        WriteTokens(writer, EventField.OutputTokens, attributes, GenAiAttributes.OutputTokens);
        WriteTokens(writer, EventField.CachedTokens, attributes, GenAiAttributes.CachedTokens);
        WriteText(writer, EventField.SpanKind, SpanReader.Kinds.ElementAtOrDefault(span.Kind));
        WriteText(writer, EventField.ErrorCode, errorType);
        WriteText(writer, EventField.ErrorMessage, span.IsError ? span.StatusMessage : null, MaxMessageBytes);
        WriteText(writer, EventField.FinishReason, FirstOf(attributes.Text(GenAiAttributes.FinishReason)));
        WriteText(writer, EventField.Environment, resource.Text(GenAiAttributes.Environment));
        WriteText(writer, EventField.UserId, attributes.Text(GenAiAttributes.User));
        WriteText(writer, EventField.SessionId, attributes.Text(GenAiAttributes.Session));
        WriteText(writer, EventField.SdkVersion, resource.Text(GenAiAttributes.SdkVersion));
        if (attributes.Flag(GenAiAttributes.Stream) is { } isStream)
        {
            writer.WriteBoolean(EventFields.Utf8Name(EventField.Stream), isStream);
        }

        WriteTags(writer, attributes, model, provider, operation);
        writer.WriteEndObject();
    }

    private static decimal Milliseconds(ulong start, ulong end) => (end - start) / NanosecondsPerMillisecond;

    private static decimal? TimeToFirstToken(ExportedSpan span)
    {
        if (span.Attributes.Number(MaxMilliseconds * SecondsPerMillisecond, GenAiAttributes.TimeToFirstToken) is { } seconds)
        {
            return seconds / SecondsPerMillisecond;
        }

        return span.FirstChunk >= span.Start && span.FirstChunk <= span.End ? Milliseconds(span.Start, span.FirstChunk.Value) : null;
    }

    // Where no list can be an attribute, its text in JSON stands in.
    private static string? FirstOf(string? list) => list is ['[', '"', ..] && list.Split('"') is [_, var first, _, ..] ? first : list;

    private static void WriteTime(Utf8JsonWriter writer, ulong nanoseconds)
    {
        var ticks = DateTime.UnixEpoch.Ticks + (long)(nanoseconds / TimeSpan.NanosecondsPerTick);
        Span<byte> text = stackalloc byte[Timestamp.MaxLength];
        var length = new Timestamp(ticks, (int)(nanoseconds % NanosecondsPerSecond), NanosecondDigits).Format(text);
        writer.WriteString(EventFields.Utf8Name(EventField.Timestamp), text[..length]);
    }

    private static void WriteId(Utf8JsonWriter writer, EventField field, string? id)
    {
        if (!SpanEventId.IsNone(id))
        {
            writer.WriteString(EventFields.Utf8Name(field), id!.ToLowerInvariant());
        }
    }

    private static void WriteText(Utf8JsonWriter writer, EventField field, string? text, int maxBytes = MaxTextBytes)
    {
        if (!string.IsNullOrEmpty(text))
        {
            writer.WriteString(EventFields.Utf8Name(field), Cut(text, maxBytes));
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, EventField field, decimal? number)
    {
        if (number is { } known)
        {
            writer.WriteNumber(EventFields.Utf8Name(field), known);
        }
    }

    private static void WriteTokens(Utf8JsonWriter writer, EventField field, AttributeSet attributes, string[] names)
    {
        if (attributes.Number(int.MaxValue, names) is { } count && decimal.IsInteger(count))
        {
            writer.WriteNumber(EventFields.Utf8Name(field), (int)count);
        }
    }

    private static void WriteTags(Utf8JsonWriter writer, AttributeSet attributes, string model, string provider, string operation)
    {
        // What a field says in full need not be said again.
        var tags = attributes.Values
            .Where(tag => GenAiAttributes.IsTag(tag.Key, tag.Value.Type) && tag.Value.Text.Length > 0)
            .Where(tag => !IsSaid(tag.Key, tag.Value.Text))
            .Where(tag => Encoding.UTF8.GetByteCount(tag.Key) <= MaxTagNameBytes)
            .Take(MaxTags)
            .ToList();
        if (tags.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(EventFields.Utf8Name(EventField.Tags));
        foreach (var (name, value) in tags)
        {
            writer.WriteString(name, Cut(value.Text, MaxTextBytes));
        }

        writer.WriteEndObject();

        bool IsSaid(string name, string text) =>
            (GenAiAttributes.Provider.Contains(name) && text == provider)
            || (GenAiAttributes.Operation.Contains(name) && text == operation)
            || (GenAiAttributes.Model.Contains(name) && text == model);
    }

    private static string Cut(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        var bytes = 0;
        var characters = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            characters += rune.Utf16SequenceLength;
        }

        return text[..characters];
    }
}

using System.Text.Json;
using Serverless.Texts;
using Serverless.Traces.Events;

namespace Serverless.Traces.Otel;

/// <summary>Turns a span into an event, as a client would have sent it.</summary>
internal static class SpanMapper
{
    private const string UnknownModel = "unknown";
    private const decimal SecondsPerMillisecond = 0.001m;
    private const decimal MaxMilliseconds = 1_000_000_000;
    private const decimal MaxCost = 1_000_000;
    private const int MaxTags = 64;

    /// <summary>Why a span can become neither an event nor a step; null when it can.</summary>
    public static string? FindProblem(ExportedSpan span) => span switch
    {
        { Problem: { } problem } => problem,
        _ when !SpanEventId.IsTrace(span.TraceId) => "\"traceId\" must be 32 hexadecimal digits, not all 0",
        _ when !SpanEventId.IsSpan(span.SpanId) => "\"spanId\" must be 16 hexadecimal digits, not all 0",
        _ when !SpanEventId.IsNone(span.ParentSpanId) && !SpanEventId.IsSpan(span.ParentSpanId) => "\"parentSpanId\" must be 16 hexadecimal digits",
        { Start: 0 } => "\"startTimeUnixNano\" is required",
        { End: 0 } => "\"endTimeUnixNano\" is required",
        _ when span.End < span.Start => "\"endTimeUnixNano\" must not be before \"startTimeUnixNano\"",
        _ when EventJson.Milliseconds(span.Start, span.End) > MaxMilliseconds => $"a span must not last longer than {MaxMilliseconds} milliseconds",
        _ => null,
    };

    /// <summary>Writes the event of a span.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="span">The span, which has no problem.</param>
    /// <param name="resource">What it comes from.</param>
    public static void Write(Utf8JsonWriter writer, ExportedSpan span, AttributeSet resource)
    {
        var attributes = span.Attributes;
        var model = Characters.BeginningOfBytes(attributes.Text(GenAiAttributes.Model) ?? UnknownModel, EventJson.MaxTextBytes);
        var provider = GenAiValues.Provider(attributes.Text(GenAiAttributes.Provider), model);
        var operation = GenAiValues.Operation(attributes.Text(GenAiAttributes.Operation));
        var errorType = Characters.BeginningOfBytes(attributes.Text(GenAiAttributes.ErrorType) ?? span.ExceptionType ?? "", EventJson.MaxTextBytes);

        writer.WriteStartObject();
        writer.WriteString(EventFields.Utf8Name(EventField.EventId), SpanEventId.Derive(span.TraceId!, span.SpanId!));
        writer.WriteTime(span.Start);
        writer.WriteText(EventField.Status, GenAiValues.Status(span.IsError, errorType, attributes.Text(GenAiAttributes.HttpStatus)));
        writer.WriteId(EventField.TraceId, span.TraceId);
        writer.WriteId(EventField.SpanId, span.SpanId);
        writer.WriteId(EventField.ParentSpanId, span.ParentSpanId);
        writer.WriteText(EventField.Provider, provider);
        writer.WriteText(EventField.Model, model);
        writer.WriteText(EventField.Operation, operation);
        writer.WriteNumber(EventField.LatencyMs, EventJson.Milliseconds(span.Start, span.End));
        writer.WriteNumber(EventField.TtftMs, TimeToFirstToken(span));
        writer.WriteNumber(EventField.CostUsd, attributes.Number(MaxCost, GenAiAttributes.Cost));
        var kind = SpanReader.Kinds.ElementAtOrDefault(span.Kind);
        // What an agent that runs here has read and written are the tokens of the calls below it, which are events of their own.
        if (operation != "agent" || kind == "client")
        {
            WriteTokens(writer, EventField.InputTokens, attributes, GenAiAttributes.InputTokens);
            WriteTokens(writer, EventField.OutputTokens, attributes, GenAiAttributes.OutputTokens);
            WriteTokens(writer, EventField.CachedTokens, attributes, GenAiAttributes.CachedTokens);
        }

        writer.WriteText(EventField.SpanKind, kind);
        writer.WriteText(EventField.ErrorCode, errorType);
        writer.WriteText(EventField.ErrorMessage, span.IsError ? span.StatusMessage : null, EventJson.MaxMessageBytes);
        writer.WriteText(EventField.FinishReason, FirstOf(attributes.Text(GenAiAttributes.FinishReason)));
        writer.WriteText(EventField.Environment, resource.Text(GenAiAttributes.Environment));
        writer.WriteText(EventField.UserId, attributes.Text(GenAiAttributes.User));
        writer.WriteText(EventField.SessionId, attributes.Text(GenAiAttributes.Session));
        writer.WriteText(EventField.SdkVersion, resource.Text(GenAiAttributes.SdkVersion));
        if (attributes.Flag(GenAiAttributes.Stream) is { } isStream)
        {
            writer.WriteBoolean(EventFields.Utf8Name(EventField.Stream), isStream);
        }

        WriteTags(writer, attributes, model, provider, operation);
        writer.WriteEndObject();
    }

    private static decimal? TimeToFirstToken(ExportedSpan span)
    {
        if (span.Attributes.Number(MaxMilliseconds * SecondsPerMillisecond, GenAiAttributes.TimeToFirstToken) is { } seconds)
        {
            return seconds / SecondsPerMillisecond;
        }

        if (span.Attributes.Number(MaxMilliseconds, GenAiAttributes.MillisecondsToFirstToken) is { } milliseconds)
        {
            return milliseconds;
        }

        return span.FirstChunk >= span.Start && span.FirstChunk <= span.End ? EventJson.Milliseconds(span.Start, span.FirstChunk.Value) : null;
    }

    // Where no list can be an attribute, its text in JSON stands in.
    private static string? FirstOf(string? list) => list is ['[', '"', ..] && list.Split('"') is [_, var first, _, ..] ? first : list;

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
        var tags = attributes.Values.Where(tag => GenAiAttributes.IsTag(tag.Key, tag.Value.Type) && !IsSaid(tag.Key, tag.Value.Text));
        writer.WriteTexts(EventFields.Utf8Name(EventField.Tags), tags, MaxTags);

        bool IsSaid(string name, string text) =>
            (GenAiAttributes.Provider.Contains(name) && text == provider)
            || (GenAiAttributes.Operation.Contains(name) && text == operation)
            || (GenAiAttributes.Model.Contains(name) && text == model);
    }
}

using System.Text.Json;
using Serverless.Texts;
using Serverless.Traces.Events;

namespace Serverless.Traces.Otel;

/// <summary>Turns a span that calls no model into a step of its trace. It has the fields of an event as far as it knows them, so that both are found alike.</summary>
internal static class StepMapper
{
    /// <summary>Writes the step of a span.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="span">The span, which has no problem.</param>
    /// <param name="resource">What it comes from.</param>
    public static void Write(Utf8JsonWriter writer, ExportedSpan span, AttributeSet resource)
    {
        var errorType = Characters.BeginningOfBytes(span.Attributes.Text(GenAiAttributes.ErrorType) ?? span.ExceptionType ?? "", EventJson.MaxTextBytes);
        writer.WriteStartObject();
        writer.WriteString(EventFields.Utf8Name(EventField.EventId), SpanEventId.Derive(span.TraceId!, span.SpanId!));
        writer.WriteTime(span.Start);
        writer.WriteText(EventField.Status, GenAiValues.Status(span.IsError, errorType, span.Attributes.Text(GenAiAttributes.HttpStatus)));
        writer.WriteString("type"u8, "step"u8);
        writer.WriteString("name"u8, Characters.BeginningOfBytes(span.Name, EventJson.MaxTextBytes));
        writer.WriteId(EventField.TraceId, span.TraceId);
        writer.WriteId(EventField.SpanId, span.SpanId);
        writer.WriteId(EventField.ParentSpanId, span.ParentSpanId);
        writer.WriteNumber(EventField.LatencyMs, EventJson.Milliseconds(span.Start, span.End));
        writer.WriteText(EventField.SpanKind, SpanReader.Kinds.ElementAtOrDefault(span.Kind));
        writer.WriteText(EventField.ErrorCode, errorType);
        writer.WriteText(EventField.ErrorMessage, span.IsError ? span.StatusMessage : null, EventJson.MaxMessageBytes);
        writer.WriteText(EventField.Environment, resource.Text(GenAiAttributes.Environment));
        writer.WriteTexts("attributes"u8, span.Attributes.Values.Where(attribute => StepAttributes.AreOfUse(attribute.Key)), StepAttributes.MaxAttributes);
        writer.WriteEndObject();
    }
}

using System.Text.Json;
using Google.Protobuf;
using Serverless.Otlp;
using Serverless.Otlp.Messages;

namespace Serverless.Traces.Otel;

/// <summary>Reads one span of an export.</summary>
internal static class SpanReader
{
    private const int ErrorStatus = 2;
    private static readonly string[] StatusNames = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];
    private static readonly string[] KindNames =
    [
        "SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER",
    ];

    // What instrumentations call the event of a part of an answer.
    private static readonly string[] ChunkEvents = ["gen_ai.content.completion.chunk", "llm.content.completion.chunk"];

    /// <summary>The names of the kinds as events have them; the first stands for none.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["", "internal", "server", "client", "producer", "consumer"];

    /// <summary>Takes a span over that came in protobuf.</summary>
    public static ExportedSpan Read(Span message)
    {
        var span = new ExportedSpan
        {
            TraceId = Hexadecimal(message.TraceId),
            SpanId = Hexadecimal(message.SpanId),
            ParentSpanId = Hexadecimal(message.ParentSpanId),
            Name = message.Name,
            Kind = message.Kind,
            Start = message.StartTimeUnixNano,
            End = message.EndTimeUnixNano,
            IsError = message.Status?.Code == ErrorStatus,
            StatusMessage = message.Status?.Message,
            Attributes = AttributeSet.Of(message.Attributes),
        };
        foreach (var happened in message.Events)
        {
            Note(span, happened.Name, happened.TimeUnixNano, AttributeSet.Of(happened.Attributes));
        }

        return span;
    }

    /// <summary>Reads a span. What breaks a rule is noted in it.</summary>
    /// <param name="reader">Stands on the span's first token; afterwards on its last.</param>
    public static ExportedSpan Read(ref Utf8JsonReader reader)
    {
        var span = new ExportedSpan();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ProtoJson.Is(ref reader, "traceId"u8, "trace_id"u8))
            {
                span.TraceId = ReadText(ref reader, span, "traceId");
            }
            else if (ProtoJson.Is(ref reader, "spanId"u8, "span_id"u8))
            {
                span.SpanId = ReadText(ref reader, span, "spanId");
            }
            else if (ProtoJson.Is(ref reader, "parentSpanId"u8, "parent_span_id"u8))
            {
                span.ParentSpanId = ReadText(ref reader, span, "parentSpanId");
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                ProtoJson.TryReadText(ref reader, out var name);
                span.Name = name ?? "";
            }
            else if (ProtoJson.Is(ref reader, "startTimeUnixNano"u8, "start_time_unix_nano"u8))
            {
                span.Start = ReadTime(ref reader, span, "startTimeUnixNano");
            }
            else if (ProtoJson.Is(ref reader, "endTimeUnixNano"u8, "end_time_unix_nano"u8))
            {
                span.End = ReadTime(ref reader, span, "endTimeUnixNano");
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                span.Kind = ReadEnum(ref reader, span, "kind", KindNames);
            }
            else if (reader.ValueTextEquals("attributes"u8))
            {
                span.Attributes = AttributeSet.Read(ref reader);
            }
            else if (reader.ValueTextEquals("events"u8))
            {
                ReadEvents(ref reader, span);
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                ReadStatus(ref reader, span);
            }
            else
            {
                reader.Skip();
            }
        }

        return span;
    }

    private static string Hexadecimal(ByteString id) => Convert.ToHexStringLower(id.Span);

    private static string? ReadText(ref Utf8JsonReader reader, ExportedSpan span, string field)
    {
        if (!ProtoJson.TryReadText(ref reader, out var text))
        {
            span.Problem ??= $"\"{field}\" must be a string";
        }

        return text;
    }

    private static ulong ReadTime(ref Utf8JsonReader reader, ExportedSpan span, string field)
    {
        if (!ProtoJson.TryReadNumber(ref reader, out var time))
        {
            span.Problem ??= $"\"{field}\" must be a whole number of nanoseconds";
        }

        return time;
    }

    private static int ReadEnum(ref Utf8JsonReader reader, ExportedSpan span, string field, ReadOnlySpan<string> names)
    {
        if (!ProtoJson.TryReadEnum(ref reader, names, out var value))
        {
            span.Problem ??= $"\"{field}\" must be a number or one of: {string.Join(", ", names!)}";
        }

        return value;
    }

    private static void ReadStatus(ref Utf8JsonReader reader, ExportedSpan span)
    {
        (span.IsError, span.StatusMessage) = (false, null);
        var isMessage = ProtoJson.TryReadMessage(ref reader, (ref Utf8JsonReader status) =>
        {
            while (status.Read() && status.TokenType == JsonTokenType.PropertyName)
            {
                if (status.ValueTextEquals("code"u8))
                {
                    span.IsError = ReadEnum(ref status, span, "status.code", StatusNames) == ErrorStatus;
                }
                else if (status.ValueTextEquals("message"u8))
                {
                    span.StatusMessage = ReadText(ref status, span, "status.message");
                }
                else
                {
                    status.Skip();
                }
            }
        });
        if (!isMessage)
        {
            span.Problem ??= "\"status\" must be an object";
        }
    }

    // Events only add to what is known: one that is no event is passed over.
    private static void ReadEvents(ref Utf8JsonReader reader, ExportedSpan span)
    {
        (span.FirstChunk, span.ExceptionType) = (null, null);
        ProtoJson.TryReadList(ref reader, (ref Utf8JsonReader item) => ReadEvent(ref item, span));
    }

    private static void ReadEvent(ref Utf8JsonReader reader, ExportedSpan span)
    {
        var (name, time, attributes) = ((string?)null, 0UL, (AttributeSet?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                ProtoJson.TryReadText(ref reader, out name);
            }
            else if (ProtoJson.Is(ref reader, "timeUnixNano"u8, "time_unix_nano"u8))
            {
                ProtoJson.TryReadNumber(ref reader, out time);
            }
            else if (reader.ValueTextEquals("attributes"u8))
            {
                attributes = AttributeSet.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        Note(span, name, time, attributes);
    }

    private static void Note(ExportedSpan span, string? name, ulong time, AttributeSet? attributes)
    {
        if (time > 0 && ChunkEvents.Contains(name))
        {
            span.FirstChunk = Math.Min(span.FirstChunk ?? time, time);
        }

        if (name == "exception")
        {
            span.ExceptionType ??= attributes?.Text(GenAiAttributes.ErrorType);
        }
    }
}

using System.Text.Json;
using Serverless.Json;

namespace Serverless.Traces.Events;

/// <summary>The fields of an event, in the order they are kept in.</summary>
internal enum EventField
{
    EventId,
    Timestamp,
    Status,
    TraceId,
    SpanId,
    ParentSpanId,
    Provider,
    Model,
    Operation,
    LatencyMs,
    TtftMs,
    CostUsd,
    InputTokens,
    OutputTokens,
    CachedTokens,
    SpanKind,
    ErrorCode,
    ErrorMessage,
    FinishReason,
    PromptHash,
    Environment,
    UserId,
    SessionId,
    SdkVersion,
    Stream,
    Tags,
}

/// <summary>The names of the fields.</summary>
internal static class EventFields
{
    /// <summary>The names, each at its field's place.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "event_id", "timestamp", "status", "trace_id", "span_id", "parent_span_id", "provider", "model", "operation", "latency_ms", "ttft_ms",
        "cost_usd", "input_tokens", "output_tokens", "cached_tokens", "span_kind", "error_code", "error_message", "finish_reason", "prompt_hash",
        "environment", "user_id", "session_id", "sdk_version", "stream", "tags",
    ];

    private static readonly JsonNames Known = new(Names);

    /// <summary>The name of a field in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8Name(EventField field) => Known.Utf8((int)field);

    /// <summary>How a field begins that is not the first of its event: a comma, its name, a colon.</summary>
    public static ReadOnlySpan<byte> Prefix(EventField field) => Known.Prefix((int)field);

    /// <summary>The field whose name the reader stands on; null when it has no meaning here.</summary>
    public static EventField? Find(ref readonly Utf8JsonReader reader) => Known.Find(in reader) is >= 0 and var field ? (EventField)field : null;

    /// <summary>Finds the names of the fields, by their places.</summary>
    public static JsonNameOrder Order() => new(Known);
}

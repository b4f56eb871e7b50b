using System.Text.Json;
using Serverless.Json;

namespace Serverless.Logs.Entries;

/// <summary>The fields of an entry that have a meaning, in the order they are kept in.</summary>
internal enum LogField
{
    Timestamp,
    Level,
    Message,
    Environment,
    ProjectId,
    TraceId,
    SpanId,
    ParentSpanId,
    PrivacyMode,
    Metadata,
    Error,
}

/// <summary>The names of the fields.</summary>
internal static class LogFields
{
    /// <summary>The names, each at its field's place.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "timestamp", "level", "message", "environment", "project_id", "trace_id", "span_id", "parent_span_id", "privacy_mode", "metadata", "error",
    ];

    private static readonly JsonNames Known = new(Names);

    /// <summary>The name of a field in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8Name(LogField field) => Known.Utf8((int)field);

    /// <summary>How a field begins that is not the first of its entry: a comma, its name, a colon.</summary>
    public static ReadOnlySpan<byte> Prefix(LogField field) => Known.Prefix((int)field);

    /// <summary>The field whose name the reader stands on; null when it has no meaning here.</summary>
    public static LogField? Find(ref readonly Utf8JsonReader reader) => Known.Find(in reader) is >= 0 and var field ? (LogField)field : null;

    /// <summary>Finds the names of the fields, by their places.</summary>
    public static JsonNameOrder Order() => new(Known);
}

using System.Text;
using System.Text.Json;

namespace Serverless.Logs;

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

    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The name of a field in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8Name(LogField field) => Utf8Names[(int)field];

    /// <summary>The field whose name the reader stands on; null when it has no meaning here.</summary>
    public static LogField? Find(ref readonly Utf8JsonReader reader)
    {
        for (var field = 0; field < Utf8Names.Length; field++)
        {
            if (reader.ValueTextEquals(Utf8Names[field]))
            {
                return (LogField)field;
            }
        }

        return null;
    }
}

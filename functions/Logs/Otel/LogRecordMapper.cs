using System.Text;
using System.Text.Json;
using Google.Protobuf.Collections;
using Serverless.Json;
using Serverless.Logs.Entries;
using Serverless.Otlp.Messages;
using Serverless.Texts;
using Serverless.Times;

namespace Serverless.Logs.Otel;

/// <summary>Turns log records into entries.</summary>
/// <param name="receivedAt">When they were received: the time of those that have none.</param>
internal sealed class LogRecordMapper(DateTimeOffset receivedAt)
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    // Of each level there are four severities, from 1 on; the least four are those of traces.
    private const int SeveritiesOfLevel = 4;
    private const string Info = "info";
    private static readonly string[] Levels = ["debug", "debug", Info, "warn", "error", "fatal"];

    private static readonly string[] Environments = ["deployment.environment.name", "deployment.environment"];

    private readonly OrderedDictionary<string, (JsonEncodedText Name, byte[] Json)> _resource = new(StringComparer.Ordinal);
    private string? _environment;

    /// <summary>Which part of it they come from.</summary>
    public Scope Scope { get; set; } = new();

    /// <summary>Says what the records that follow come from. It is written once for all of them.</summary>
    public void BeginResource(RepeatedField<KeyValue> attributes)
    {
        _resource.Clear();
        _environment = Environments.Select(name => AttributeJson.Find(attributes, name)).FirstOrDefault(text => text is not null) is { } environment
            ? Characters.BeginningOfBytes(environment, LogEntryReader.MaxLabelBytes)
            : null;
        foreach (var attribute in attributes.Where(attribute => !Environments.Contains(attribute.Key)))
        {
            _resource[attribute.Key] = (JsonEncodedText.Encode(attribute.Key, JsonText.WriterOptions.Encoder), AttributeJson.Of(attribute.Value));
        }
    }

    /// <summary>Why a record can become no entry; null when it can, as far as can be told before.</summary>
    public static string? FindProblem(LogRecord record) => record switch
    {
        { TraceId.Length: not (0 or TraceIdBytes) } => "\"traceId\" must be 32 hexadecimal digits",
        { SpanId.Length: not (0 or SpanIdBytes) } => "\"spanId\" must be 16 hexadecimal digits",
        _ => null,
    };

    /// <summary>Writes the entry of a record.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="record">The record, which has no problem.</param>
    public void Write(Utf8JsonWriter writer, LogRecord record)
    {
        var (message, size) = MessageOf(record);
        var level = LevelOf(record);
        writer.WriteStartObject();
        WriteTime(writer, record);
        writer.WriteString("level"u8, level);
        writer.WriteString("message"u8, message);
        if (_environment is { Length: > 0 } environment)
        {
            writer.WriteString("environment"u8, environment);
        }

        WriteId(writer, "trace_id"u8, record.TraceId.Span);
        WriteId(writer, "span_id"u8, record.SpanId.Span);
        var error = LogRecordError.Of(record.Attributes);
        WriteMetadata(writer, record, level, size, error);
        error?.Write(writer);
        writer.WriteEndObject();
    }

    // Cut at a whole character, and the size it had then.
    private static (string Message, int? CutFrom) MessageOf(LogRecord record)
    {
        var whole = record.Body switch
        {
            null or { ValueCase: AnyValue.ValueOneofCase.None } => record.EventName,
            { ValueCase: AnyValue.ValueOneofCase.StringValue } text => text.StringValue,
            var other => Encoding.UTF8.GetString(AttributeJson.Of(other)),
        };
        if (whole.Length == 0)
        {
            whole = record.EventName;
        }

        var size = Encoding.UTF8.GetByteCount(whole);
        return size <= LogEntryReader.MaxMessageBytes ? (whole, null) : (Characters.BeginningOfBytes(whole, LogEntryReader.MaxMessageBytes), size);
    }

    private static string LevelOf(LogRecord record)
    {
        if (record.SeverityNumber > 0)
        {
            return Levels[Math.Min((record.SeverityNumber - 1) / SeveritiesOfLevel, Levels.Length - 1)];
        }

        var text = record.SeverityText;
        return LogLevels.Names.FirstOrDefault(level => text.Equals(level, StringComparison.OrdinalIgnoreCase)) ?? text.ToLowerInvariant() switch
        {
            "trace" or "verbose" => "debug",
            "warning" => "warn",
            "err" or "severe" => "error",
            "critical" or "alert" or "emergency" or "emerg" => "fatal",
            _ => Info,
        };
    }

    private void WriteTime(Utf8JsonWriter writer, LogRecord record)
    {
        var nanoseconds = record.TimeUnixNano > 0 ? record.TimeUnixNano : record.ObservedTimeUnixNano;
        var time = nanoseconds > 0 ? Timestamp.OfUnixNanoseconds(nanoseconds) : new Timestamp(receivedAt.UtcTicks, 0, 0);
        Span<byte> text = stackalloc byte[Timestamp.MaxLength];
        writer.WriteString("timestamp"u8, text[..time.Format(text)]);
    }

    private static void WriteId(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
    {
        if (id.ContainsAnyExcept((byte)0))
        {
            Span<char> text = stackalloc char[2 * TraceIdBytes];
            Convert.TryToHexStringLower(id, text, out var length);
            writer.WriteString(name, text[..length]);
        }
    }

    // What a record says of itself goes before what its resource does.
    private void WriteMetadata(Utf8JsonWriter writer, LogRecord record, string level, int? messageSize, LogRecordError? error)
    {
        writer.WriteStartObject("metadata"u8);
        var isOverruled = record.Attributes.Any(attribute => _resource.ContainsKey(attribute.Key));
        foreach (var (key, (name, json)) in _resource)
        {
            if (!isOverruled || record.Attributes.All(attribute => attribute.Key != key))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(json, skipInputValidation: true);
            }
        }

        foreach (var attribute in record.Attributes)
        {
            if (error is null)
            {
                AttributeJson.Write(writer, attribute);
            }
            else
            {
                error.WriteRest(writer, attribute);
            }
        }

        WriteText(writer, "otel.scope.name"u8, Scope.Name);
        WriteText(writer, "otel.scope.version"u8, Scope.Version);
        WriteText(writer, "severity_text"u8, record.SeverityText.Equals(level, StringComparison.OrdinalIgnoreCase) ? "" : record.SeverityText);
        WriteText(writer, "event.name"u8, record.EventName);
        if (messageSize is { } size)
        {
            writer.WriteNumber("message_bytes"u8, size);
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string text)
    {
        if (text.Length > 0)
        {
            writer.WriteString(name, text);
        }
    }
}

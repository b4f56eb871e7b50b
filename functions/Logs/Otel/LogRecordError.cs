using System.Text.Json;
using Google.Protobuf.Collections;
using Serverless.Otlp.Messages;
using Serverless.Texts;

namespace Serverless.Logs.Otel;

/// <summary>
/// The error that a log record tells of: in the attributes that OpenTelemetry's conventions have for exceptions, else in an object <c>err</c> with a stack, as pino writes it.
/// What more that object says stays an attribute.
/// </summary>
internal sealed class LogRecordError
{
    // What a stack trace may have of the room that an error has.
    private const int MaxStackBytes = LogEntryReader.MaxObjectBytes / 2;
    private const string ObjectName = "err";
    private const string ObjectStack = "stack";
    private static readonly string[] OfException = ["exception.type", "exception.message", "exception.stacktrace"];
    private static readonly string[] OfObject = ["type", "message", ObjectStack];

    private readonly RepeatedField<KeyValue> _fields;
    private readonly string[] _names;
    private readonly KeyValue? _object;

    private LogRecordError(RepeatedField<KeyValue> fields, string[] names, KeyValue? stated) => (_fields, _names, _object) = (fields, names, stated);

    /// <summary>The error among the attributes of a record; null when there is none.</summary>
    public static LogRecordError? Of(RepeatedField<KeyValue> attributes)
    {
        if (attributes.Any(attribute => OfException.Contains(attribute.Key)))
        {
            return new(attributes, OfException, null);
        }

        return attributes.LastOrDefault(attribute => attribute.Key == ObjectName) is { Value: { ValueCase: AnyValue.ValueOneofCase.KvlistValue, KvlistValue.Values: var fields } } stated
            && fields.Any(field => field.Key == ObjectStack)
            ? new(fields, OfObject, stated)
            : null;
    }

    /// <summary>Writes an attribute of the record, but for what the error says of it.</summary>
    public void WriteRest(Utf8JsonWriter writer, KeyValue attribute)
    {
        if (ReferenceEquals(attribute, _object))
        {
            var rest = _fields.Where(field => !_names.Contains(field.Key)).ToList();
            if (rest.Count > 0)
            {
                writer.WriteStartObject(ObjectName);
                rest.ForEach(field => AttributeJson.Write(writer, field));
                writer.WriteEndObject();
            }
        }
        else if (_object is not null || !_names.Contains(attribute.Key))
        {
            AttributeJson.Write(writer, attribute);
        }
    }

    /// <summary>Writes the error.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("error"u8);
        if (AttributeJson.Find(_fields, _names[0]) is { } type)
        {
            writer.WriteString("type"u8, type);
        }

        if (AttributeJson.Find(_fields, _names[1]) is { } message)
        {
            writer.WriteString("message"u8, Characters.BeginningOfBytes(message, LogEntryReader.MaxMessageBytes));
        }

        if (AttributeJson.Find(_fields, _names[2]) is { } stack)
        {
            writer.WriteStartArray("stack_trace"u8);
            foreach (var line in Characters.BeginningOfBytes(stack, MaxStackBytes).AsSpan().EnumerateLines())
            {
                if (!line.IsWhiteSpace())
                {
                    writer.WriteStringValue(line.TrimEnd());
                }
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}

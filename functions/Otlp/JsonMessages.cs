using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Serverless.Otlp.Messages;

namespace Serverless.Otlp;

/// <summary>Reads messages in their JSON form, as OTLP has it: ids are hexadecimal digits there, and what is not known is passed over.</summary>
internal static class JsonMessages
{
    private static readonly string[] Severities = ["UNSPECIFIED", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

    private static readonly string[] SeverityNames =
    [
        $"SEVERITY_NUMBER_{Severities[0]}",
        .. Severities.Skip(1).SelectMany(severity => (string[])[$"SEVERITY_NUMBER_{severity}", $"SEVERITY_NUMBER_{severity}2", $"SEVERITY_NUMBER_{severity}3", $"SEVERITY_NUMBER_{severity}4"]),
    ];

    /// <summary>Reads attributes, a list of keys and values; what is no such thing is passed over.</summary>
    /// <param name="reader">Stands on the name of the field; afterwards on the end of its value.</param>
    /// <param name="attributes">Takes them.</param>
    public static void ReadAttributes(ref Utf8JsonReader reader, RepeatedField<KeyValue> attributes) =>
        ProtoJson.TryReadList(ref reader, (ref Utf8JsonReader item) => attributes.Add(ReadKeyValue(ref item)));

    /// <summary>Reads a log record.</summary>
    /// <param name="reader">Stands on its first token; afterwards on its last.</param>
    /// <param name="record">The record, as far as it could be read.</param>
    /// <param name="problem">The first rule that it breaks; null for none.</param>
    /// <returns>Whether it breaks none.</returns>
    public static bool TryReadLogRecord(ref Utf8JsonReader reader, out LogRecord record, out string? problem)
    {
        record = new();
        problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ProtoJson.Is(ref reader, "timeUnixNano"u8, "time_unix_nano"u8))
            {
                record.TimeUnixNano = ReadTime(ref reader, "timeUnixNano", ref problem);
            }
            else if (ProtoJson.Is(ref reader, "observedTimeUnixNano"u8, "observed_time_unix_nano"u8))
            {
                record.ObservedTimeUnixNano = ReadTime(ref reader, "observedTimeUnixNano", ref problem);
            }
            else if (ProtoJson.Is(ref reader, "severityNumber"u8, "severity_number"u8))
            {
                if (!ProtoJson.TryReadEnum(ref reader, SeverityNames, out var severity))
                {
                    problem ??= "\"severityNumber\" must be a number or the name of one";
                }

                record.SeverityNumber = severity;
            }
            else if (ProtoJson.Is(ref reader, "severityText"u8, "severity_text"u8))
            {
                record.SeverityText = ReadText(ref reader, "severityText", ref problem);
            }
            else if (ProtoJson.Is(ref reader, "eventName"u8, "event_name"u8))
            {
                record.EventName = ReadText(ref reader, "eventName", ref problem);
            }
            else if (ProtoJson.Is(ref reader, "traceId"u8, "trace_id"u8))
            {
                record.TraceId = ReadId(ref reader, "traceId", ref problem);
            }
            else if (ProtoJson.Is(ref reader, "spanId"u8, "span_id"u8))
            {
                record.SpanId = ReadId(ref reader, "spanId", ref problem);
            }
            else if (reader.ValueTextEquals("attributes"u8))
            {
                record.Attributes.Clear();
                ReadAttributes(ref reader, record.Attributes);
            }
            else if (reader.ValueTextEquals("body"u8))
            {
                record.Body = ReadValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return problem is null;
    }

    private static KeyValue ReadKeyValue(ref Utf8JsonReader reader)
    {
        var pair = new KeyValue();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8))
            {
                ProtoJson.TryReadText(ref reader, out var key);
                pair.Key = key ?? "";
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                pair.Value = ReadValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return pair;
    }

    // From the name of a field that is a value to the value's end.
    private static AnyValue ReadValue(ref Utf8JsonReader reader)
    {
        var value = new AnyValue();
        ProtoJson.TryReadMessage(ref reader, (ref Utf8JsonReader message) => Read(ref message, value));
        return value;
    }

    private static void Read(ref Utf8JsonReader reader, AnyValue value)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ProtoJson.Is(ref reader, "stringValue"u8, "string_value"u8))
            {
                ProtoJson.TryReadText(ref reader, out var text);
                value.StringValue = text ?? "";
            }
            else if (ProtoJson.Is(ref reader, "boolValue"u8, "bool_value"u8))
            {
                reader.Read();
                value.BoolValue = reader.TokenType == JsonTokenType.True;
                reader.Skip();
            }
            else if (ProtoJson.Is(ref reader, "intValue"u8, "int_value"u8))
            {
                value.IntValue = ReadInteger(ref reader);
            }
            else if (ProtoJson.Is(ref reader, "doubleValue"u8, "double_value"u8))
            {
                value.DoubleValue = ReadDouble(ref reader);
            }
            else if (ProtoJson.Is(ref reader, "bytesValue"u8, "bytes_value"u8))
            {
                reader.Read();
                value.BytesValue = reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes) ? ByteString.CopyFrom(bytes) : ByteString.Empty;
                reader.Skip();
            }
            else if (ProtoJson.Is(ref reader, "arrayValue"u8, "array_value"u8))
            {
                var array = value.ArrayValue = new();
                ReadValues(ref reader, (ref Utf8JsonReader item) =>
                {
                    var one = new AnyValue();
                    Read(ref item, one);
                    array.Values.Add(one);
                });
            }
            else if (ProtoJson.Is(ref reader, "kvlistValue"u8, "kvlist_value"u8))
            {
                var list = value.KvlistValue = new();
                ReadValues(ref reader, (ref Utf8JsonReader item) => list.Values.Add(ReadKeyValue(ref item)));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    // A message whose one field is a list.
    private static void ReadValues(ref Utf8JsonReader reader, MessageReader read) => ProtoJson.TryReadMessage(ref reader, (ref Utf8JsonReader list) =>
    {
        while (list.Read() && list.TokenType == JsonTokenType.PropertyName)
        {
            if (list.ValueTextEquals("values"u8))
            {
                ProtoJson.TryReadList(ref list, read);
            }
            else
            {
                list.Skip();
            }
        }
    });

    private static long ReadInteger(ref Utf8JsonReader reader)
    {
        reader.Read();
        long number = 0;
        _ = reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetInt64(out number),
            JsonTokenType.String => long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
        reader.Skip();
        return number;
    }

    // What is no finite number is a text in JSON.
    private static double ReadDouble(ref Utf8JsonReader reader)
    {
        reader.Read();
        double number = 0;
        _ = reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetDouble(out number),
            JsonTokenType.String => double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
        reader.Skip();
        return number;
    }

    private static string ReadText(ref Utf8JsonReader reader, string field, ref string? problem)
    {
        if (!ProtoJson.TryReadText(ref reader, out var text))
        {
            problem ??= $"\"{field}\" must be a string";
        }

        return text ?? "";
    }

    private static ulong ReadTime(ref Utf8JsonReader reader, string field, ref string? problem)
    {
        if (!ProtoJson.TryReadNumber(ref reader, out var time))
        {
            problem ??= $"\"{field}\" must be a whole number of nanoseconds";
        }

        return time;
    }

    private static ByteString ReadId(ref Utf8JsonReader reader, string field, ref string? problem)
    {
        var text = ReadText(ref reader, field, ref problem);
        try
        {
            return ByteString.CopyFrom(Convert.FromHexString(text));
        }
        catch (FormatException)
        {
            problem ??= $"\"{field}\" must be hexadecimal digits";
            return ByteString.Empty;
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.Collections;
using Serverless.Json;
using Serverless.Otlp.Messages;

namespace Serverless.Logs.Otel;

/// <summary>Writes what attributes say as JSON.</summary>
internal static class AttributeJson
{
    /// <summary>The text of the last attribute of a name, of anything but a text its JSON; null when there is none.</summary>
    public static string? Find(RepeatedField<KeyValue> attributes, string name) => attributes.LastOrDefault(attribute => attribute.Key == name)?.Value switch
    {
        null => null,
        { ValueCase: AnyValue.ValueOneofCase.StringValue } text => text.StringValue,
        var other => Encoding.UTF8.GetString(Of(other)),
    };

    /// <summary>The JSON of a value.</summary>
    public static byte[] Of(AnyValue? value)
    {
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json, JsonText.WriterOptions);
        Write(writer, value);
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }

    /// <summary>Writes an attribute as a property.</summary>
    public static void Write(Utf8JsonWriter writer, KeyValue attribute)
    {
        writer.WritePropertyName(attribute.Key);
        Write(writer, attribute.Value);
    }

    /// <summary>Writes a value, as deep as messages can be, which is less than JSON may be here.</summary>
    public static void Write(Utf8JsonWriter writer, AnyValue? value)
    {
        switch (value?.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue:
                writer.WriteStringValue(value.StringValue);
                break;
            case AnyValue.ValueOneofCase.BoolValue:
                writer.WriteBooleanValue(value.BoolValue);
                break;
            case AnyValue.ValueOneofCase.IntValue:
                writer.WriteNumberValue(value.IntValue);
                break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue):
                writer.WriteNumberValue(value.DoubleValue);
                break;
            case AnyValue.ValueOneofCase.DoubleValue:
                writer.WriteStringValue(value.DoubleValue.ToString(CultureInfo.InvariantCulture));
                break;
            case AnyValue.ValueOneofCase.BytesValue:
                writer.WriteBase64StringValue(value.BytesValue.Span);
                break;
            case AnyValue.ValueOneofCase.ArrayValue:
                writer.WriteStartArray();
                foreach (var item in value.ArrayValue.Values)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                writer.WriteStartObject();
                foreach (var item in value.KvlistValue.Values)
                {
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Otlp;
using Serverless.Otlp.Messages;

namespace Serverless.Traces.Otel;

/// <summary>What kind of value an attribute has.</summary>
internal enum AttributeType
{
    /// <summary>None that is of use here.</summary>
    Other,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A number, whole or not.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A list, of which the first value is known.</summary>
    List,
}

/// <summary>The value of an attribute.</summary>
/// <param name="Type">What kind of value it is.</param>
/// <param name="Text">The value as text, a number with the digits it came with; of a list, its first value.</param>
internal readonly record struct AttributeValue(AttributeType Type, string Text)
{
    private static readonly AttributeValue None = new(AttributeType.Other, "");

    /// <summary>Of a value that was sent; null for none.</summary>
    public static AttributeValue Of(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => new(AttributeType.Text, value.StringValue),
        AnyValue.ValueOneofCase.BoolValue => new(AttributeType.Boolean, value.BoolValue ? "true" : "false"),
        AnyValue.ValueOneofCase.IntValue => new(AttributeType.Number, value.IntValue.ToString(CultureInfo.InvariantCulture)),
        AnyValue.ValueOneofCase.DoubleValue => new(AttributeType.Number, value.DoubleValue.ToString(CultureInfo.InvariantCulture)),
        AnyValue.ValueOneofCase.ArrayValue when value.ArrayValue.Values is [var first, ..] => new(AttributeType.List, Of(first).Text),
        _ => None,
    };

    /// <summary>Reads a value: a message that has one field, whose name tells its type.</summary>
    /// <param name="reader">Stands on the message's first token; afterwards on its last.</param>
    public static AttributeValue Read(ref Utf8JsonReader reader)
    {
        var value = None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ProtoJson.Is(ref reader, "stringValue"u8, "string_value"u8))
            {
                value = ProtoJson.TryReadText(ref reader, out var text) && text is not null ? new(AttributeType.Text, text) : None;
            }
            else if (ProtoJson.Is(ref reader, "intValue"u8, "int_value"u8) || ProtoJson.Is(ref reader, "doubleValue"u8, "double_value"u8))
            {
                value = ReadNumber(ref reader);
            }
            else if (ProtoJson.Is(ref reader, "boolValue"u8, "bool_value"u8))
            {
                value = ReadBoolean(ref reader);
            }
            else if (ProtoJson.Is(ref reader, "arrayValue"u8, "array_value"u8))
            {
                value = ReadList(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return value;
    }

    private static AttributeValue ReadNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.TokenType switch
        {
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.String => reader.GetString()!,
            _ => "",
        };
        reader.Skip();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? new(AttributeType.Number, text) : None;
    }

    private static AttributeValue ReadBoolean(ref Utf8JsonReader reader)
    {
        reader.Read();
        var value = reader.TokenType switch
        {
            JsonTokenType.True => new AttributeValue(AttributeType.Boolean, "true"),
            JsonTokenType.False => new AttributeValue(AttributeType.Boolean, "false"),
            _ => None,
        };
        reader.Skip();
        return value;
    }

    private static AttributeValue ReadList(ref Utf8JsonReader reader)
    {
        AttributeValue? first = null;
        ProtoJson.TryReadMessage(ref reader, (ref Utf8JsonReader list) =>
        {
            while (list.Read() && list.TokenType == JsonTokenType.PropertyName)
            {
                if (list.ValueTextEquals("values"u8))
                {
                    ProtoJson.TryReadList(ref list, (ref Utf8JsonReader item) =>
                    {
                        var value = Read(ref item);
                        first ??= value;
                    });
                }
                else
                {
                    list.Skip();
                }
            }
        });
        return first is { } found ? new(AttributeType.List, found.Text) : None;
    }
}

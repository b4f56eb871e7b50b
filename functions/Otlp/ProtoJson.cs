using System.Globalization;
using System.Text.Json;

namespace Serverless.Otlp;

/// <summary>Reads a message, or passes over it.</summary>
/// <param name="reader">Stands on the message's first token; afterwards on its last.</param>
internal delegate void MessageReader(ref Utf8JsonReader reader);

/// <summary>
/// The JSON form of protocol buffers: fields under two names, 64-bit numbers as text or number, enumerations by number or name, and
/// <c>null</c> for what is not set. All of it reads documents that are known to be well-formed and whole. Each method but the first begins on
/// the name of a field and ends with its value.
/// </summary>
internal static class ProtoJson
{
    /// <summary>Whether the reader stands on a field of this name.</summary>
    /// <param name="reader">Stands on the name of a field.</param>
    /// <param name="name">The name in lowerCamelCase, as it is written.</param>
    /// <param name="originalName">The name in the definition, which is understood too.</param>
    public static bool Is(ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> name, ReadOnlySpan<byte> originalName) =>
        reader.ValueTextEquals(name) || reader.ValueTextEquals(originalName);

    /// <summary>Whether the reader stands on a field of one of these names.</summary>
    public static bool IsOneOf(ref readonly Utf8JsonReader reader, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a text; null when it is not set. False when something else is there.</summary>
    public static bool TryReadText(ref Utf8JsonReader reader, out string? text)
    {
        reader.Read();
        text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
        reader.Skip();
        return isText;
    }

    /// <summary>Reads a whole number of 64 bits; 0 when it is not set. False when something else is there.</summary>
    public static bool TryReadNumber(ref Utf8JsonReader reader, out ulong number)
    {
        reader.Read();
        number = 0;
        var isNumber = reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetUInt64(out number),
            JsonTokenType.String => ulong.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number),
            _ => reader.TokenType == JsonTokenType.Null,
        };
        reader.Skip();
        return isNumber;
    }

    /// <summary>Reads an enumeration; 0 when it is not set. False when something else is there.</summary>
    /// <param name="reader">Stands on the name of the field.</param>
    /// <param name="names">The names of the values from 0 on.</param>
    /// <param name="value">The value, which may be one that is not known yet.</param>
    public static bool TryReadEnum(ref Utf8JsonReader reader, ReadOnlySpan<string> names, out int value)
    {
        reader.Read();
        value = 0;
        var isEnum = reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetInt32(out value),
            JsonTokenType.String => (value = names.IndexOf(reader.GetString()!)) >= 0,
            _ => reader.TokenType == JsonTokenType.Null,
        };
        reader.Skip();
        return isEnum;
    }

    /// <summary>Reads a message; nothing when it is not set. False when something else is there.</summary>
    public static bool TryReadMessage(ref Utf8JsonReader reader, MessageReader read)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            read(ref reader);
            return true;
        }

        var isNone = reader.TokenType == JsonTokenType.Null;
        reader.Skip();
        return isNone;
    }

    /// <summary>Reads a list of messages; nothing when it is not set. False when something else is there, or in it.</summary>
    public static bool TryReadList(ref Utf8JsonReader reader, MessageReader read)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            var isNone = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            return isNone;
        }

        var areMessages = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                read(ref reader);
            }
            else
            {
                areMessages = false;
                reader.Skip();
            }
        }

        return areMessages;
    }
}

using System.Buffers;
using System.Text.Json;

namespace Serverless.Http;

/// <summary>Takes values over from one document into another: token by token as they stand, without the white space between them.</summary>
public static class JsonCopy
{
    /// <summary>What is wrong with a string that is no text.</summary>
    public const string LoneSurrogate = "a string escapes half a surrogate pair";

    /// <summary>Copies the value the reader stands on.</summary>
    /// <param name="reader">Stands on the value's first token; afterwards on its last.</param>
    /// <param name="output">Where to copy to; null only passes over the value, with the same checks.</param>
    /// <returns>False when the bytes at hand end before the value does.</returns>
    /// <exception cref="ApiException">400 for a string that is no text.</exception>
    public static bool TryCopy(ref Utf8JsonReader reader, ArrayBufferWriter<byte>? output)
    {
        var depth = reader.CurrentDepth;
        var follows = false;
        while (true)
        {
            var token = reader.TokenType;
            RequireText(ref reader);
            if (output is not null)
            {
                Write(ref reader, output, follows);
            }

            follows = token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            if (follows && reader.CurrentDepth == depth)
            {
                return true;
            }

            if (!reader.Read())
            {
                return false;
            }
        }
    }

    /// <summary>Makes sure that the string or property name the reader stands on is Unicode text.</summary>
    /// <exception cref="ApiException">400 for an escaped lone surrogate.</exception>
    public static void RequireText(ref readonly Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped && JsonText.HasLoneSurrogate(reader.ValueSpan))
        {
            const string Message = $"The body is not valid JSON: {LoneSurrogate}";
            throw RequestErrors.Invalid(Message, new ErrorDetail(null, null, "invalid_json", Message));
        }
    }

    private static void Write(ref readonly Utf8JsonReader reader, ArrayBufferWriter<byte> output, bool follows)
    {
        if (follows && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            output.Write(","u8);
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                output.Write("{"u8);
                break;
            case JsonTokenType.EndObject:
                output.Write("}"u8);
                break;
            case JsonTokenType.StartArray:
                output.Write("["u8);
                break;
            case JsonTokenType.EndArray:
                output.Write("]"u8);
                break;
            case JsonTokenType.PropertyName:
                output.Write("\""u8);
                output.Write(reader.ValueSpan);
                output.Write("\":"u8);
                break;
            case JsonTokenType.String:
                output.Write("\""u8);
                output.Write(reader.ValueSpan);
                output.Write("\""u8);
                break;
            default:
                output.Write(reader.ValueSpan);
                break;
        }
    }
}

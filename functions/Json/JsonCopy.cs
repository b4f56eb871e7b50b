using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Serverless.Json;

/// <summary>Takes values over from one document into another: token by token as they stand, without the white space between them.</summary>
public static class JsonCopy
{
    /// <summary>Passes over the value the reader stands on.</summary>
    /// <param name="reader">Stands on the value's first token; afterwards on its last.</param>
    /// <returns>False when the bytes at hand end before the value does.</returns>
    public static bool TrySkip(ref Utf8JsonReader reader) => !IsBeginning(reader.TokenType) || TrySkip(ref reader, out _);

    /// <summary>Passes over the object or array the reader stands on.</summary>
    /// <param name="reader">Stands on its first token; afterwards on its last.</param>
    /// <param name="compactLength">
    /// How long it is without white space between its tokens. If it is as long as it stands there, it need not be copied token by token.
    /// </param>
    /// <returns>False when the bytes at hand end before the value does.</returns>
    public static bool TrySkip(ref Utf8JsonReader reader, out int compactLength)
    {
        var depth = reader.CurrentDepth;
        var follows = false;
        compactLength = 1;
        while (reader.Read())
        {
            var token = reader.TokenType;
            compactLength += reader.ValueSpan.Length + Punctuation(token) + (follows && NeedsComma(token) ? 1 : 0);
            follows = IsFollowed(token);
            if (follows && reader.CurrentDepth == depth)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Copies the value the reader stands on.</summary>
    /// <param name="reader">Stands on the value's first token, and has the value whole; afterwards on its last.</param>
    /// <param name="output">Where to copy to.</param>
    public static void Copy(ref Utf8JsonReader reader, ArrayBufferWriter<byte> output)
    {
        var depth = reader.CurrentDepth;
        var follows = false;
        do
        {
            Write(ref reader, output, follows);
            follows = IsFollowed(reader.TokenType);
        }
        while (!(follows && reader.CurrentDepth == depth) && reader.Read());
    }

    private static bool IsBeginning(JsonTokenType token) => token is JsonTokenType.StartObject or JsonTokenType.StartArray;

    // Whether a token ends a value, so that a comma may come next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFollowed(JsonTokenType token) =>
        token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);

    private static bool NeedsComma(JsonTokenType token) => token is not (JsonTokenType.EndObject or JsonTokenType.EndArray);

    // What stands around a token: the quotation marks of a string, and the colon of a name.
    private static int Punctuation(JsonTokenType token) => token == JsonTokenType.String ? 2 : token == JsonTokenType.PropertyName ? 3 : 0;

    private static void Write(ref readonly Utf8JsonReader reader, ArrayBufferWriter<byte> output, bool follows)
    {
        if (follows && NeedsComma(reader.TokenType))
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

using System.Buffers.Text;
using System.Text.Json;

namespace Serverless.Json;

/// <summary>What can be told of JSON that the reader does not tell.</summary>
public static class JsonText
{
    private const int EscapedUnit = 6;

    /// <summary>The beginning of a string, as it stands in the document: so many characters, or all if there are not more.</summary>
    /// <param name="escaped">The string between its quotation marks; it has no lone surrogate.</param>
    /// <param name="characters">How many Unicode characters, however each is written.</param>
    public static ReadOnlySpan<byte> Beginning(ReadOnlySpan<byte> escaped, int characters)
    {
        if (escaped.Length <= characters)
        {
            return escaped;
        }

        var length = 0;
        for (; characters > 0 && length < escaped.Length; characters--)
        {
            length += LengthOfFirst(escaped[length..]);
        }

        return escaped[..length];
    }

    /// <summary>Why something is not JSON, without the place that the message of the exception names too.</summary>
    public static string Reason(JsonException broken) => broken.Message.Split(" LineNumber:", 2)[0];

    /// <summary>
    /// Whether a string, as it stands in the document, escapes half a surrogate pair: no Unicode text has such a thing, and a
    /// later reader would stumble over it.
    /// </summary>
    /// <param name="escaped">The string between its quotation marks.</param>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        var pendingHigh = false;
        for (var index = 0; index < escaped.Length; index++)
        {
            var unit = -1;
            if (escaped[index] == '\\')
            {
                index++;
                if (escaped[index] == 'u' && Utf8Parser.TryParse(escaped.Slice(index + 1, 4), out int code, out _, 'x'))
                {
                    unit = code;
                    index += 4;
                }
            }

            if (pendingHigh != (unit is >= 0xDC00 and <= 0xDFFF))
            {
                return true;
            }

            pendingHigh = unit is >= 0xD800 and <= 0xDBFF;
        }

        return pendingHigh;
    }

    private static int LengthOfFirst(ReadOnlySpan<byte> escaped) => escaped[0] switch
    {
        (byte)'\\' when escaped[1] != 'u' => 2,
        (byte)'\\' => IsHighSurrogate(escaped.Slice(2, 2)) ? 2 * EscapedUnit : EscapedUnit,
        < 0x80 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };

    // D800 to DBFF
    private static bool IsHighSurrogate(ReadOnlySpan<byte> digits) =>
        digits[0] is (byte)'D' or (byte)'d' && digits[1] is (byte)'8' or (byte)'9' or (byte)'A' or (byte)'a' or (byte)'B' or (byte)'b';
}

/// <summary>A string of a document escapes half a surrogate pair: it is well-formed JSON, but no Unicode text.</summary>
public sealed class LoneSurrogateException() : FormatException("a string escapes half a surrogate pair");

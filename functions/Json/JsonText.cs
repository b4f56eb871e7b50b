using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Json;

/// <summary>What can be told of JSON that the reader does not tell.</summary>
public static class JsonText
{
    /// <summary>How JSON is written that is never part of a page: quotation marks and letters stand as they are, and whoever writes it knows its form.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private const int EscapedUnit = 6;
    private const int ShortEscape = 2;

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
    /// Replaces, where it stands, every escaped half of a surrogate pair whose other half is missing by the replacement character U+FFFD, which takes
    /// as many bytes: no Unicode text has such a thing, and a later reader would stumble over it.
    /// </summary>
    /// <param name="json">JSON, or a part of it that does not begin within an escape.</param>
    /// <returns>How many bytes are settled: all, unless they end within an escape, or after one that the next may make whole.</returns>
    public static int MendSurrogates(Span<byte> json)
    {
        var position = 0;
        while (json[position..].IndexOf((byte)'\\') is >= 0 and var distance)
        {
            position += distance;
            var rest = json[position..];
            if (!IsWhole(rest))
            {
                return position;
            }

            var length = rest[1] == 'u' ? EscapedUnit : ShortEscape;
            var unit = Unit(rest);
            if (char.IsHighSurrogate(unit))
            {
                var next = rest[EscapedUnit..];
                if (next.IsEmpty || (next[0] == '\\' && !IsWhole(next)))
                {
                    return position;
                }

                length += char.IsLowSurrogate(Unit(next)) ? EscapedUnit : 0;
            }

            if (char.IsSurrogate(unit) && length == EscapedUnit)
            {
                Replacement.CopyTo(rest);
            }

            position += length;
        }

        return json.Length;
    }

    /// <summary>A copy of a whole document with <see cref="MendSurrogates"/> done.</summary>
    public static byte[] Mended(ReadOnlySpan<byte> json)
    {
        var mended = json.ToArray();
        MendSurrogates(mended);
        return mended;
    }

    private static ReadOnlySpan<byte> Replacement => @"\ufffd"u8;

    private static bool IsWhole(ReadOnlySpan<byte> escape) => escape.Length >= ShortEscape && (escape[1] != 'u' || escape.Length >= EscapedUnit);

    // The unit of UTF-16 that a text begins with, escaped by its number; zero when it begins with anything else.
    private static char Unit(ReadOnlySpan<byte> text) =>
        text is [(byte)'\\', (byte)'u', _, _, _, _, ..] && Utf8Parser.TryParse(text[ShortEscape..EscapedUnit], out ushort unit, out var digits, 'x') && digits == 4
            ? (char)unit
            : default;

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

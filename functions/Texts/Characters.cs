using System.Text;

namespace Serverless.Texts;

/// <summary>
/// Texts measured in characters. A character is one of Unicode's: an emoji is one, which strings keep in two halves, and so is a letter however it is
/// encoded. What people see as one sign may be several, such as a flag or a family: those are counted as JSON Schema and databases count them,
/// the same under every version of Unicode.
/// </summary>
public static class Characters
{
    // A half of a pair takes less.
    private const int MaxBytesOfUnit = 3;

    // All bytes of a character but its first begin so.
    private const byte FirstBits = 0b1100_0000;
    private const byte ContinuationBits = 0b1000_0000;

    /// <summary>Whether a text has more than so many characters.</summary>
    public static bool Exceed(string text, int max) => text.Length > max && LengthOf(text, max) < text.Length;

    /// <summary>The beginning of a text: so many characters, or all if there are not more.</summary>
    public static string Beginning(string text, int max) => text.Length <= max ? text : text[..LengthOf(text, max)];

    /// <summary>The beginning of a text: as many whole characters as there is room for, or all if they fit.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxBytes">The room, in bytes of UTF-8.</param>
    public static string BeginningOfBytes(string text, int maxBytes)
    {
        if (text.Length <= maxBytes / MaxBytesOfUnit || Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        var (bytes, length) = (0, 0);
        foreach (var character in text.EnumerateRunes())
        {
            bytes += character.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            length += character.Utf16SequenceLength;
        }

        return text[..length];
    }

    /// <summary>The beginning of a text in UTF-8: as many whole characters as there is room for, or all if they fit.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="maxBytes">The room, in bytes.</param>
    public static ReadOnlySpan<byte> BeginningOfBytes(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (utf8.Length <= maxBytes)
        {
            return utf8;
        }

        var length = maxBytes;
        while (length > 0 && (utf8[length] & FirstBits) == ContinuationBits)
        {
            length--;
        }

        return utf8[..length];
    }

    // How much of a text its first characters take.
    private static int LengthOf(string text, int characters)
    {
        var length = 0;
        for (; characters > 0 && length < text.Length; characters--)
        {
            length += length + 1 < text.Length && char.IsSurrogatePair(text[length], text[length + 1]) ? 2 : 1;
        }

        return length;
    }
}

using System.Globalization;
using System.Text;

namespace Serverless.Redaction;

/// <summary>
/// Finds e-mail addresses: letters, digits and <c>. _ % + -</c>, an @, and a name of at least two labels, of which the last begins with a letter and has
/// two characters or more. Letters of all languages are letters.
/// </summary>
internal static class EmailAddresses
{
    /// <summary>Finds the first address.</summary>
    /// <param name="text">Where to look.</param>
    /// <returns>Where it stands; an empty range when there is none.</returns>
    public static Range Find(ReadOnlySpan<byte> text)
    {
        for (var from = 0; text[from..].IndexOf((byte)'@') is >= 0 and var distance;)
        {
            var at = from + distance;
            var local = LocalLength(text[from..at]);
            var domain = local == 0 ? 0 : DomainLength(text[(at + 1)..]);
            if (domain > 0)
            {
                return (at - local)..(at + 1 + domain);
            }

            from = at + 1;
        }

        return default;
    }

    private static int LocalLength(ReadOnlySpan<byte> before)
    {
        var length = 0;
        while (length < before.Length)
        {
            var rest = before[..^length];
            var last = rest[^1];
            if (last < 0x80)
            {
                if (!char.IsAsciiLetterOrDigit((char)last) && !"._%+-"u8.Contains(last))
                {
                    break;
                }

                length++;
                continue;
            }

            Rune.DecodeLastFromUtf8(rest, out var rune, out var bytes);
            if (!IsLetter(rune))
            {
                break;
            }

            length += bytes;
        }

        return length;
    }

    // As many labels as end with one that a name may end with.
    private static int DomainLength(ReadOnlySpan<byte> after)
    {
        var (end, labels, position) = (0, 0, 0);
        while (true)
        {
            var label = LabelLength(after[position..], out var trimmed, out var mayBeLast);
            if (trimmed == 0)
            {
                return end;
            }

            labels++;
            end = labels > 1 && mayBeLast ? position + trimmed : end;
            position += label;
            if (label > trimmed || position == after.Length || after[position] != '.')
            {
                return end;
            }

            position++;
        }
    }

    private static int LabelLength(ReadOnlySpan<byte> text, out int trimmed, out bool mayBeLast)
    {
        var (length, characters) = (0, 0);
        (trimmed, mayBeLast) = (0, false);
        var beginsWithLetter = false;
        while (length < text.Length)
        {
            Rune.DecodeFromUtf8(text[length..], out var rune, out var bytes);
            var isHyphen = rune.Value == '-';
            if (!isHyphen && !IsLetter(rune))
            {
                break;
            }

            beginsWithLetter = length == 0 ? !isHyphen && !Rune.IsDigit(rune) : beginsWithLetter;
            length += bytes;
            characters++;
            if (!isHyphen)
            {
                trimmed = length;
                mayBeLast = beginsWithLetter && characters > 1;
            }
        }

        return length;
    }

    // Letters, digits, and what is set above or below them.
    private static bool IsLetter(Rune rune) =>
        Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}

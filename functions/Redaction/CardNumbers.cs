namespace Serverless.Redaction;

/// <summary>
/// Finds the numbers of payment cards: digits as an issuer has them, whose sum by Luhn is right, in one piece or in groups between which stand spaces or
/// hyphens, the same throughout: four digits first, then three to six each. What is a part of a word, of a longer number or of an id is none.
/// </summary>
internal static class CardNumbers
{
    private const int MinDigits = 13;
    private const int MaxDigits = 19;
    private const int FirstGroup = 4;
    private const int MinGroup = 3;
    private const int MaxGroup = 6;

    /// <summary>Finds the first number.</summary>
    /// <param name="text">Where to look.</param>
    /// <returns>Where it stands; an empty range when there is none.</returns>
    public static Range Find(ReadOnlySpan<byte> text)
    {
        // Of four digits in a row one stands at each fourth place.
        for (var probe = FirstGroup - 1; probe < text.Length;)
        {
            if (!IsDigit(text[probe]))
            {
                probe += FirstGroup;
                continue;
            }

            var start = probe;
            while (start > 0 && IsDigit(text[start - 1]))
            {
                start--;
            }

            var run = DigitsAt(text, start);
            var length = run < FirstGroup || IsWithin(text, start) ? 0 : run > FirstGroup ? LengthOfWhole(text, start, run) : LengthOfGroups(text, start);
            if (length > 0)
            {
                return start..(start + length);
            }

            probe = start + run + FirstGroup - 1;
        }

        return default;
    }

    private static int LengthOfWhole(ReadOnlySpan<byte> text, int start, int run) =>
        run is >= MinDigits and <= MaxDigits && IsEnd(text, start + run) && IsNumber(text.Slice(start, run)) ? run : 0;

    // As many groups as make a number.
    private static int LengthOfGroups(ReadOnlySpan<byte> text, int start)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        text.Slice(start, FirstGroup).CopyTo(digits);
        var (count, end, found) = (FirstGroup, start + FirstGroup, 0);
        var separator = end < text.Length ? text[end] : default;
        if (separator is not ((byte)' ' or (byte)'-') || (separator == '-' && start > 1 && text[start - 1] == '-' && IsWord(text[start - 2])))
        {
            return 0;
        }

        while (end < text.Length && text[end] == separator)
        {
            var group = DigitsAt(text, end + 1);
            if (group is < MinGroup or > MaxGroup || count + group > MaxDigits)
            {
                break;
            }

            text.Slice(end + 1, group).CopyTo(digits[count..]);
            count += group;
            end += 1 + group;
            var goesOn = separator == '-' && end + 1 < text.Length && text[end] == '-' && IsWord(text[end + 1]);
            found = !goesOn && IsEnd(text, end) && IsNumber(digits[..count]) ? end - start : found;
        }

        return found;
    }

    // Whether what begins here goes on with what stands before: a word, or a fraction.
    private static bool IsWithin(ReadOnlySpan<byte> text, int start) =>
        start > 0 && (IsWord(text[start - 1]) || (text[start - 1] == '.' && start > 1 && IsDigit(text[start - 2])));

    private static bool IsEnd(ReadOnlySpan<byte> text, int end) =>
        end == text.Length || (!IsWord(text[end]) && !(text[end] == '.' && end + 1 < text.Length && IsDigit(text[end + 1])));

    private static bool IsNumber(ReadOnlySpan<byte> digits) => IsIssued(digits) && HasRightSum(digits);

    private static bool IsIssued(ReadOnlySpan<byte> digits)
    {
        var first = ((digits[0] - '0') * 1000) + ((digits[1] - '0') * 100) + ((digits[2] - '0') * 10) + digits[3] - '0';
        return first switch
        {
            >= 4000 and < 5000 => digits.Length is 13 or 16 or 19,
            (>= 5100 and < 5600) or (>= 2221 and <= 2720) => digits.Length == 16,
            (>= 3400 and < 3500) or (>= 3700 and < 3800) => digits.Length == 15,
            (>= 3000 and < 3060) or 3095 or (>= 3600 and < 3700) or (>= 3800 and < 4000) => digits.Length is >= 14 and <= 19,
            >= 3528 and < 3590 => digits.Length is >= 16 and <= 19,
            6011 or (>= 6200 and < 6300) or (>= 6440 and < 6600) => digits.Length is >= 16 and <= 19,
            5018 or 5020 or 5038 or 5893 or 6304 or 6759 or (>= 6761 and <= 6763) => digits.Length is >= MinDigits and <= MaxDigits,
            _ => false,
        };
    }

    private static bool HasRightSum(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var index = 0; index < digits.Length; index++)
        {
            var digit = digits[^(index + 1)] - '0';
            digit = index % 2 == 0 ? digit : digit * 2;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }

    private static int DigitsAt(ReadOnlySpan<byte> text, int start)
    {
        var end = start;
        while (end < text.Length && IsDigit(text[end]))
        {
            end++;
        }

        return end - start;
    }

    private static bool IsDigit(byte character) => char.IsAsciiDigit((char)character);

    private static bool IsWord(byte character) => char.IsAsciiLetterOrDigit((char)character) || character == '_';
}

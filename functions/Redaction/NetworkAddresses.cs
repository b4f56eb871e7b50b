namespace Serverless.Redaction;

/// <summary>
/// Finds IPv4 and IPv6 addresses. What is a part of a word, of a version with a letter before it or of a longer row of numbers is none, nor is an IPv4 address
/// that ends with three zeros: no host has it, and versions look like it.
/// </summary>
internal static class NetworkAddresses
{
    private const int Octets = 4;
    private const int Groups = 8;
    private const int MaxOctet = 255;
    private const int MaxOctetDigits = 3;
    private const int MaxGroupDigits = 4;

    /// <summary>Finds the first IPv4 address.</summary>
    /// <param name="text">Where to look.</param>
    /// <returns>Where it stands; an empty range when there is none.</returns>
    public static Range FindIPv4(ReadOnlySpan<byte> text)
    {
        for (var from = 0; text[from..].IndexOf((byte)'.') is >= 0 and var distance;)
        {
            var dot = from + distance;
            if (dot > 0 && IsDigit(text[dot - 1]) && dot + 1 < text.Length && IsDigit(text[dot + 1]))
            {
                var start = dot - 1;
                while (start > 0 && dot - start <= MaxOctetDigits && IsDigit(text[start - 1]))
                {
                    start--;
                }

                var length = IsWithin(text, start) ? 0 : LengthOfIPv4(text[start..]);
                if (length > 0)
                {
                    return start..(start + length);
                }
            }

            from = dot + 1;
        }

        return default;
    }

    /// <summary>Finds the first IPv6 address, with an IPv4 address at its end or without.</summary>
    /// <param name="text">Where to look.</param>
    /// <returns>Where it stands; an empty range when there is none.</returns>
    public static Range FindIPv6(ReadOnlySpan<byte> text)
    {
        for (var from = 0; text[from..].IndexOf((byte)':') is >= 0 and var distance;)
        {
            var colon = from + distance;
            var before = colon > 0 ? text[colon - 1] : default;
            var after = colon + 1 < text.Length ? text[colon + 1] : default;
            if (after != ':' && !(IsHexadecimal(before) && IsHexadecimal(after)))
            {
                from = colon + 1;
                continue;
            }

            var start = colon;
            while (start > from && IsHexadecimal(text[start - 1]))
            {
                start--;
            }

            var end = colon + 1;
            while (end < text.Length && (IsHexadecimal(text[end]) || text[end] is (byte)':' or (byte)'.'))
            {
                end++;
            }

            var found = FindIn(text, start, end);
            if (!found.Equals(default))
            {
                return found;
            }

            from = end;
        }

        return default;
    }

    // Within all that such an address may be made of.
    private static Range FindIn(ReadOnlySpan<byte> text, int start, int end)
    {
        if (start > 0 && IsWord(text[start - 1]))
        {
            return default;
        }

        var run = Trim(text[start..end]);
        if (!IsWordAt(text, start + run.Length) && IsIPv6(run))
        {
            return start..(start + run.Length);
        }

        // The end of a sentence may have no space after it.
        var dot = run.IndexOf((byte)'.');
        if (dot > 0 && dot + 1 < run.Length && !IsDigit(run[dot + 1]))
        {
            run = Trim(run[..dot]);
            return IsIPv6(run) ? start..(start + run.Length) : default;
        }

        return default;
    }

    // A stop or a colon after it belongs to the sentence.
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> run)
    {
        run = run.TrimEnd((byte)'.');
        return run is [.., not (byte)':', (byte)':'] ? run[..^1] : run;
    }

    private static bool IsIPv6(ReadOnlySpan<byte> run)
    {
        var (groups, isShort, hasDigit, hasWhole) = (0, false, false, false);
        var rest = run;
        if (rest.StartsWith("::"u8))
        {
            isShort = true;
            rest = rest[2..];
        }

        while (!rest.IsEmpty)
        {
            var length = rest.IndexOfAny((byte)':', (byte)'.');
            if (length >= 0 && rest[length] == '.')
            {
                if (LengthOfIPv4(rest, mayEndWithZeros: true) != rest.Length)
                {
                    return false;
                }

                groups += 2;
                (hasDigit, hasWhole) = (true, true);
                break;
            }

            var group = length < 0 ? rest : rest[..length];
            if (group.Length is 0 or > MaxGroupDigits)
            {
                return false;
            }

            groups++;
            hasDigit |= group.ContainsAnyInRange((byte)'0', (byte)'9');
            hasWhole |= group.Length != 2;
            rest = rest[group.Length..];
            if (rest.StartsWith("::"u8))
            {
                if (isShort)
                {
                    return false;
                }

                isShort = true;
                rest = rest[2..];
            }
            else if (!rest.IsEmpty)
            {
                rest = rest[1..];
                if (rest.IsEmpty)
                {
                    return false;
                }
            }
        }

        // Names of code have two colons in them too, and other ids eight pairs of digits.
        return isShort
            ? groups < Groups && (hasDigit || groups > 2) && groups > (run.EndsWith("::"u8) ? 1 : 0)
            : groups == Groups && hasWhole;
    }

    // How long the address is that a text begins with; zero for none.
    private static int LengthOfIPv4(ReadOnlySpan<byte> text, bool mayEndWithZeros = false)
    {
        var (position, sumOfLast) = (0, 0);
        for (var octet = 0; octet < Octets; octet++)
        {
            var (value, digits) = (0, 0);
            while (position < text.Length && IsDigit(text[position]) && digits <= MaxOctetDigits)
            {
                value = (value * 10) + text[position++] - '0';
                digits++;
            }

            if (digits is 0 or > MaxOctetDigits || value > MaxOctet)
            {
                return 0;
            }

            sumOfLast += octet > 0 ? value : 0;
            if (octet < Octets - 1 && (position == text.Length || text[position++] != '.'))
            {
                return 0;
            }
        }

        var goesOn = IsWordAt(text, position) || (position + 1 < text.Length && text[position] == '.' && IsDigit(text[position + 1]));
        return goesOn || (sumOfLast == 0 && !mayEndWithZeros) ? 0 : position;
    }

    private static bool IsWithin(ReadOnlySpan<byte> text, int start) =>
        start > 0 && (IsWord(text[start - 1]) || (text[start - 1] == '.' && start > 1 && IsWord(text[start - 2])));

    private static bool IsWordAt(ReadOnlySpan<byte> text, int position) => position < text.Length && IsWord(text[position]);

    private static bool IsDigit(byte character) => char.IsAsciiDigit((char)character);

    private static bool IsHexadecimal(byte character) => char.IsAsciiHexDigit((char)character);

    private static bool IsWord(byte character) => char.IsAsciiLetterOrDigit((char)character) || character == '_';
}

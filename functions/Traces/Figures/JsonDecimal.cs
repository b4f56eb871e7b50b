namespace Serverless.Traces.Figures;

/// <summary>
/// Numbers as they stand in stored events, read exactly: however many digits there are, and whatever the exponent, the value is
/// the nearest one with so many digits of fraction, halves rounded up.
/// </summary>
internal static class JsonDecimal
{
    // More than any line has digits, and far from overflow.
    private const long MaxExponent = 1_000_000_000_000;

    /// <summary>Reads a number.</summary>
    /// <param name="json">A JSON number, 0 or more.</param>
    /// <param name="fractionDigits">The digits of fraction to keep, 0 to 12.</param>
    /// <exception cref="OverflowException">The number has, with its digits of fraction, more than 18 digits.</exception>
    public static decimal Parse(ReadOnlySpan<byte> json, byte fractionDigits)
    {
        var mark = json.IndexOfAny((byte)'e', (byte)'E');
        var exponent = mark < 0 ? 0 : ParseExponent(json[(mark + 1)..]);

        // Only zero can have a sign here.
        var mantissa = (mark < 0 ? json : json[..mark]).TrimStart((byte)'-');
        var point = mantissa.IndexOf((byte)'.');
        var digitsToKeep = (point < 0 ? mantissa.Length : point) + exponent + fractionDigits;
        var scaled = 0L;
        foreach (var digit in mantissa)
        {
            if (digit == '.')
            {
                continue;
            }

            if (digitsToKeep <= 0)
            {
                scaled += digitsToKeep == 0 && digit >= '5' ? 1 : 0;
                break;
            }

            scaled = checked((scaled * 10) + (digit - '0'));
            digitsToKeep--;
        }

        for (; digitsToKeep > 0 && scaled > 0; digitsToKeep--)
        {
            scaled = checked(scaled * 10);
        }

        return new decimal((int)scaled, (int)(scaled >> 32), 0, isNegative: false, fractionDigits);
    }

    private static long ParseExponent(ReadOnlySpan<byte> text)
    {
        var exponent = 0L;
        foreach (var character in text.TrimStart("+-"u8))
        {
            exponent = Math.Min(MaxExponent, (exponent * 10) + (character - '0'));
        }

        return text[0] == '-' ? -exponent : exponent;
    }
}

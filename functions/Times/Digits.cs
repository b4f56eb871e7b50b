namespace Serverless.Times;

/// <summary>Writes numbers without a format string, which would be read anew for every record.</summary>
internal static class Digits
{
    /// <summary>Fills a place with the digits of a number, leading zeros included.</summary>
    public static void Write(Span<byte> place, int number)
    {
        for (var index = place.Length - 1; index >= 0; index--)
        {
            (number, var digit) = Math.DivRem(number, 10);
            place[index] = (byte)('0' + digit);
        }
    }
}

namespace Serverless.Times;

/// <summary>
/// Times as clients write them, ISO 8601 with 0 to 9 digits of fraction: converted to UTC, with every digit kept. A time without
/// an offset is taken as UTC, and a leap second, which ends a day in UTC or where it was written, as the second that follows.
/// </summary>
/// <param name="Ticks">The time in ticks of 100 ns, UTC; finer digits do not count for order.</param>
/// <param name="Fraction">The digits of the fraction as sent, up to nine; how many is part of the text.</param>
/// <param name="FractionDigits">How many digits there are.</param>
public readonly record struct Timestamp(long Ticks, int Fraction, int FractionDigits)
{
    /// <summary>The longest text <see cref="Format"/> writes, in bytes.</summary>
    public const int MaxLength = 30;

    private const int MaxFractionDigits = 9;
    private const int DateLength = 10;
    private const int SecondsLength = 19;
    private const int TickDigits = 7;
    private const int LeapSecond = 60;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private static readonly int[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    /// <summary>The time that is so many nanoseconds after the beginning of 1970, with all of its digits.</summary>
    public static Timestamp OfUnixNanoseconds(ulong nanoseconds) => new(
        DateTime.UnixEpoch.Ticks + (long)(nanoseconds / TimeSpan.NanosecondsPerTick), (int)(nanoseconds % NanosecondsPerSecond), MaxFractionDigits);

    /// <summary>Reads a time; false when the text is not one, or lies outside the years 1 to 9999.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Timestamp timestamp)
    {
        timestamp = default;
        if (text.Length < SecondsLength
            || text[4] != '-' || text[7] != '-' || text[DateLength] is not ((byte)'T' or (byte)'t') || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        var (century, years, month, day) = (TwoDigits(text, 0), TwoDigits(text, 2), TwoDigits(text, 5), TwoDigits(text, 8));
        var (hour, minute, second) = (TwoDigits(text, 11), TwoDigits(text, 14), TwoDigits(text, 17));
        if ((century | years | hour | minute | second) < 0)
        {
            return false;
        }

        var year = (century * 100) + years;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > LeapSecond)
        {
            return false;
        }

        var rest = text[SecondsLength..];
        if (!TryTakeFraction(ref rest, out var fraction, out var fractionDigits) || !TryReadOffset(rest, out var offset))
        {
            return false;
        }

        var local = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks + (second * TimeSpan.TicksPerSecond);
        var ticks = local - offset;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks || (second == LeapSecond && ticks % TimeSpan.TicksPerDay != 0 && local % TimeSpan.TicksPerDay != 0))
        {
            return false;
        }

        timestamp = new(ticks + FractionTicks(fraction, fractionDigits), fraction, fractionDigits);
        return true;
    }

    /// <summary>Whether a text that is a time is already as <see cref="Format"/> writes it.</summary>
    public static bool IsAsWritten(ReadOnlySpan<byte> time) =>
        time[^1] == 'Z' && time[DateLength] == 'T' && (time.Length == SecondsLength + 1 || time[SecondsLength] == '.') && !time[..SecondsLength].EndsWith("60"u8);

    /// <summary>Writes the time as UTC, with the digits it came with.</summary>
    /// <returns>How many bytes were written, at most <see cref="MaxLength"/>.</returns>
    public int Format(Span<byte> destination)
    {
        var time = new DateTime(Ticks, DateTimeKind.Utc);
        var (year, month, day) = DateOnly.FromDateTime(time);
        "0000-00-00T00:00:00"u8.CopyTo(destination);
        Digits.Write(destination[..4], year);
        Digits.Write(destination[5..7], month);
        Digits.Write(destination[8..10], day);
        Digits.Write(destination[11..13], time.Hour);
        Digits.Write(destination[14..16], time.Minute);
        Digits.Write(destination[17..19], time.Second);
        var length = SecondsLength;
        if (FractionDigits > 0)
        {
            destination[length++] = (byte)'.';
            Digits.Write(destination.Slice(length, FractionDigits), Fraction);
            length += FractionDigits;
        }

        destination[length++] = (byte)'Z';
        return length;
    }

    // The number that two digits stand for; negative when they are none.
    private static int TwoDigits(ReadOnlySpan<byte> text, int index)
    {
        var (high, low) = (text[index] - '0', text[index + 1] - '0');
        return (uint)high <= 9 && (uint)low <= 9 ? (high * 10) + low : -1;
    }

    // A point or comma, and digits after it. None of that is well too.
    private static bool TryTakeFraction(ref ReadOnlySpan<byte> text, out int fraction, out int digits)
    {
        (fraction, digits) = (0, 0);
        if (text is not [(byte)'.' or (byte)',', ..])
        {
            return true;
        }

        while (digits + 1 < text.Length && text[digits + 1] - '0' is >= 0 and <= 9 and var digit)
        {
            if (++digits > MaxFractionDigits)
            {
                return false;
            }

            fraction = (fraction * 10) + digit;
        }

        text = text[(digits + 1)..];
        return digits > 0;
    }

    // Z, ±hh, ±hhmm, ±hh:mm, or nothing, to the end of the text; in ticks.
    private static bool TryReadOffset(ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        if (text is [] or [(byte)'Z' or (byte)'z'])
        {
            return true;
        }

        if (text is not [(byte)'+' or (byte)'-', _, _, ..])
        {
            return false;
        }

        var rest = text[3..];
        if (rest is [(byte)':', ..])
        {
            rest = rest[1..];
        }
        else if (rest.IsEmpty)
        {
            rest = "00"u8;
        }

        var hours = TwoDigits(text, 1);
        var minutes = rest.Length == 2 ? TwoDigits(rest, 0) : -1;
        offset = ((hours * 60) + minutes) * (text[0] == '-' ? -TimeSpan.TicksPerMinute : TimeSpan.TicksPerMinute);
        return hours is >= 0 and <= 23 && minutes is >= 0 and <= 59;
    }

    private static int FractionTicks(int fraction, int digits) =>
        digits <= TickDigits ? fraction * Powers[TickDigits - digits] : fraction / Powers[digits - TickDigits];
}

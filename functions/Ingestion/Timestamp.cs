namespace Serverless.Ingestion;

/// <summary>
/// Times as clients write them, ISO 8601 with 0 to 9 digits of fraction: converted to UTC, with every digit kept. A time without
/// an offset is taken as UTC.
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

    /// <summary>Reads a time; false when the text is not one, or lies outside the years 1 to 9999.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Timestamp timestamp)
    {
        timestamp = default;
        if (text.Length < SecondsLength
            || text[4] != '-' || text[7] != '-' || text[DateLength] is not ((byte)'T' or (byte)'t') || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        var (year, month, day) = (Number(text[..4]), Number(text[5..7]), Number(text[8..10]));
        var (hour, minute, second) = (Number(text[11..13]), Number(text[14..16]), Number(text[17..19]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
        {
            return false;
        }

        var rest = new Reading(text[SecondsLength..]);
        var (fraction, fractionDigits) = (0, 0);
        if (rest.Skip('.') || rest.Skip(','))
        {
            while (rest.Take(1, out var digit))
            {
                fraction = unchecked((fraction * 10) + digit);
                fractionDigits++;
            }

            if (fractionDigits is 0 or > MaxFractionDigits)
            {
                return false;
            }
        }

        if (!rest.TakeOffset(out var offset))
        {
            return false;
        }

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - offset.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        timestamp = new(ticks + FractionTicks(fraction, fractionDigits), fraction, fractionDigits);
        return true;
    }

    /// <summary>Whether a text that is a time is already as <see cref="Format"/> writes it.</summary>
    public static bool IsAsWritten(ReadOnlySpan<byte> time) =>
        time[^1] == 'Z' && time[DateLength] == 'T' && (time.Length == SecondsLength + 1 || time[SecondsLength] == '.');

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

    // The number that a text of digits stands for; negative when it is none.
    private static int Number(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var character in text)
        {
            var digit = character - '0';
            if (digit is < 0 or > 9)
            {
                return -1;
            }

            number = (number * 10) + digit;
        }

        return number;
    }

    private static int FractionTicks(int fraction, int digits)
    {
        for (; digits > 7; digits--)
        {
            fraction /= 10;
        }

        for (; digits < 7; digits++)
        {
            fraction *= 10;
        }

        return fraction;
    }

    private ref struct Reading(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> _rest = text;

        public bool Skip(char character)
        {
            if (_rest.IsEmpty || _rest[0] != character)
            {
                return false;
            }

            _rest = _rest[1..];
            return true;
        }

        public bool Take(int count, out int value)
        {
            value = 0;
            if (_rest.Length < count)
            {
                return false;
            }

            foreach (var character in _rest[..count])
            {
                if (!char.IsAsciiDigit((char)character))
                {
                    return false;
                }

                value = (value * 10) + (character - '0');
            }

            _rest = _rest[count..];
            return true;
        }

        // Z, ±hh, ±hhmm, ±hh:mm, or nothing, to the end of the text.
        public bool TakeOffset(out TimeSpan offset)
        {
            offset = TimeSpan.Zero;
            if (_rest.IsEmpty)
            {
                return true;
            }

            if (Skip('Z') || Skip('z'))
            {
                return _rest.IsEmpty;
            }

            var negative = _rest[0] == '-';
            if (!(Skip('+') || Skip('-')) || !Take(2, out var hours) || hours > 23)
            {
                return false;
            }

            var minutes = 0;
            if (!_rest.IsEmpty && (Skip(':') | true) && (!Take(2, out minutes) || minutes > 59))
            {
                return false;
            }

            offset = new TimeSpan(negative ? -hours : hours, negative ? -minutes : minutes, 0);
            return _rest.IsEmpty;
        }
    }
}

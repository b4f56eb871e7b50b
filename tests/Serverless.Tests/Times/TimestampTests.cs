using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Times;

namespace Serverless.Tests.Times;

/// <summary>Times, compared with what the framework makes of them.</summary>
public sealed class TimestampTests
{
    private static readonly Gen<Case> Cases =
        from days in Gen.Choose(1, 3_652_057)
        from seconds in Gen.Choose(0, 86_399)
        from digits in Gen.Choose(0, 9)
        from fraction in Gen.Choose(0, 999_999_999)
        from offset in Gen.Choose(-14 * 60, 14 * 60)
        from spelling in Gen.Elements("Z", "z", "", "colon", "basic")
        select new Case(DateTime.MinValue.AddDays(days).AddSeconds(seconds), fraction.ToString("D9", CultureInfo.InvariantCulture)[..digits], offset, spelling);

    [Fact]
    public void A_time_is_understood_as_the_framework_understands_it() => Always.Holds(Cases, static time =>
    {
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(time.Text), out var parsed));
        Assert.Equal(time.Expected.UtcTicks, parsed.Ticks);
    });

    [Fact]
    public void A_time_is_written_in_UTC_with_the_digits_it_came_with() => Always.Holds(Cases, static time =>
    {
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(time.Text), out var parsed));

        var fraction = time.Fraction.Length == 0 ? "" : "." + time.Fraction;
        Assert.Equal($"{time.Expected.UtcDateTime:yyyy-MM-ddTHH:mm:ss}{fraction}Z", Format(parsed));
    });

    [Fact]
    public void What_was_written_reads_back_the_same() => Always.Holds(Cases, static time =>
    {
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(time.Text), out var parsed));

        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(Format(parsed)), out var again));
        Assert.Equal(parsed, again);
    });

    [Fact]
    public void A_time_with_any_byte_missing_or_replaced_by_a_letter_is_refused()
    {
        const string Time = "2026-01-26T14:30:05.123+05:30";
        for (var index = 0; index < Time.Length; index++)
        {
            Assert.False(Timestamp.TryParse(Encoding.UTF8.GetBytes(Time.Remove(index, 1).Insert(index, "x")), out _), $"a letter at {index}");
        }

        for (var length = 0; length < "2026-01-26T14:30:05".Length; length++)
        {
            Assert.False(Timestamp.TryParse(Encoding.UTF8.GetBytes(Time[..length]), out _), $"the first {length} characters");
        }
    }

    private static string Format(Timestamp timestamp)
    {
        Span<byte> text = stackalloc byte[Timestamp.MaxLength];
        return Encoding.UTF8.GetString(text[..timestamp.Format(text)]);
    }

    private sealed record Case(DateTime Local, string Fraction, int OffsetMinutes, string Spelling)
    {
        public DateTimeOffset Expected =>
            new DateTimeOffset(Local, Offset).AddTicks(long.Parse(Fraction.PadRight(7, '0')[..7], CultureInfo.InvariantCulture));

        public string Text =>
            $"{Local:yyyy-MM-ddTHH:mm:ss}{(Fraction.Length == 0 ? "" : ".")}{Fraction}" + Spelling switch
            {
                "colon" => $"{Sign}{Offset:hh\\:mm}",
                "basic" => $"{Sign}{Offset:hhmm}",
                _ => Spelling,
            };

        private TimeSpan Offset => Spelling is "colon" or "basic" ? TimeSpan.FromMinutes(OffsetMinutes) : TimeSpan.Zero;

        private string Sign => OffsetMinutes < 0 ? "-" : "+";
    }
}

using System.Globalization;
using System.Numerics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>Numbers as sent, compared with arithmetic on whole numbers of any size.</summary>
[Trait("Category", "Fast")]
public sealed class JsonDecimalTests
{
    // 0.digits × 10^place, written with the point moved and an exponent that moves it back.
    private static readonly Gen<Number> Numbers =
        from digits in Gen.Choose(0, 9).NonEmptyListOf()
        from place in Gen.Choose(-20, 6)
        from exponent in Gen.OneOf(Gen.Constant(0), Gen.Choose(-40, 40))
        from kept in Gen.Choose(0, 12)
        from spelling in Gen.Elements("e", "E", "e+", "E+0", "e00")
        select new Number(string.Concat(digits), place, exponent, (byte)kept, spelling);

    [Fact]
    public void A_number_is_rounded_once_from_all_its_digits() => Always.Holds(
        Numbers, static number => Assert.Equal(number.Expected, JsonDecimal.Parse(Encoding.UTF8.GetBytes(number.Text), number.Kept)), count: 5_000);

    [Theory]
    [InlineData("0", 12, "0")]
    [InlineData("-0", 12, "0")]
    [InlineData("-0.00E+5", 6, "0")]
    [InlineData("1e-7", 12, "0.0000001")]
    [InlineData("1e-7", 6, "0")]
    [InlineData("5e-7", 6, "0.000001")]
    [InlineData("1.5E2", 0, "150")]
    [InlineData("0.0000000000005", 12, "0.000000000001")]
    [InlineData("0.00000000000049999999999999999999999999999999999999999999", 12, "0")]
    [InlineData("999999.9999999999995", 12, "1000000")]
    [InlineData("1e6", 12, "1000000")]
    [InlineData("1000000000.000000", 6, "1000000000")]
    [InlineData("2147483647", 0, "2147483647")]
    [InlineData("0.000e99999999999999999999999999", 12, "0")]
    [InlineData("123e-99999999999999999999999999", 12, "0")]
    [InlineData("1e0000000000000000000000000002", 12, "100")]
    public void Edges_are_read_as_they_should_be(string text, byte kept, string expected) =>
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), JsonDecimal.Parse(Encoding.UTF8.GetBytes(text), kept));

    [Fact]
    public void What_no_event_can_have_is_no_wrong_number() =>
        Assert.Throws<OverflowException>(() => JsonDecimal.Parse("1e30"u8, 6));

    private sealed record Number(string Digits, int Place, int Exponent, byte Kept, string Spelling)
    {
        public string Text
        {
            get
            {
                var point = Place - Exponent;
                var padded = point <= 0 ? new string('0', 1 - point) + Digits : Digits.PadRight(point, '0');
                var (whole, fraction) = (padded[..Math.Max(1, point)].TrimStart('0'), padded[Math.Max(1, point)..]);
                var mantissa = (whole.Length == 0 ? "0" : whole) + (fraction.Length == 0 ? "" : "." + fraction);
                return Exponent switch
                {
                    0 => mantissa,
                    > 0 => $"{mantissa}{Spelling}{Exponent}",
                    _ => $"{mantissa}{Spelling[0]}-{-Exponent}",
                };
            }
        }

        public decimal Expected
        {
            get
            {
                var (value, shift) = (BigInteger.Parse(Digits, CultureInfo.InvariantCulture), Place - Digits.Length + Kept);
                var scaled = shift >= 0
                    ? value * BigInteger.Pow(10, shift)
                    : ((2 * value) + BigInteger.Pow(10, -shift)) / (2 * BigInteger.Pow(10, -shift));
                return (decimal)scaled / (decimal)BigInteger.Pow(10, Kept);
            }
        }
    }
}

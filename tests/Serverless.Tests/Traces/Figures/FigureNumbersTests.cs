using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>How figures are written.</summary>
[Trait("Category", "Fast")]
public sealed class FigureNumbersTests
{
    [Theory]
    [InlineData("0.000000000001", "0.000000000001")]
    [InlineData("0.0000000000005", "0.000000000001")]
    [InlineData("0.00000000000049", "0")]
    [InlineData("1.500000", "1.5")]
    [InlineData("100.00", "100")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    public void Money_has_twelve_digits_of_fraction(string amount, string expected) =>
        Assert.Equal(expected, Write(amount, FigureNumbers.Money));

    [Theory]
    [InlineData("0.0005", "0.001")]
    [InlineData("2.0005", "2.001")]
    [InlineData("2.0004999999", "2")]
    [InlineData("-2.0005", "-2.001")]
    public void Times_have_three(string time, string expected) =>
        Assert.Equal(expected, Write(time, FigureNumbers.Time));

    [Theory]
    [InlineData("0.3333333333", "0.333333")]
    [InlineData("0.0000005", "0.000001")]
    [InlineData("1.0", "1")]
    public void Rates_have_six(string rate, string expected) =>
        Assert.Equal(expected, Write(rate, FigureNumbers.Rate));

    [Fact]
    public void Any_number_is_written_plainly_and_reads_back_the_same() => Always.Holds(
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from middle in Gen.Choose(int.MinValue, int.MaxValue)
        from high in Gen.Choose(0, int.MaxValue)
        from scale in Gen.Choose(0, 12)
        select new decimal(low, middle, high, isNegative: false, (byte)scale),
        static number =>
        {
            var text = Write(number, FigureNumbers.Money);

            Assert.Matches(@"^(0|[1-9]\d*)(\.\d*[1-9])?$", text);
            Assert.Equal(number, JsonNode.Parse(text)!.GetValue<decimal>());
        });

    private static string Write(string number, Func<decimal, decimal> rounded) => Write(decimal.Parse(number, CultureInfo.InvariantCulture), rounded);

    private static string Write(decimal number, Func<decimal, decimal> rounded) => JsonSerializer.Serialize(rounded(number));
}

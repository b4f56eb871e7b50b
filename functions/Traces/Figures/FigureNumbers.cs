using System.Text.Json;

namespace Serverless.Traces.Figures;

/// <summary>
/// Figures as JSON numbers: rounded, halves away from 0, and written out plainly, without an exponent and without zeros at the end of
/// the fraction.
/// </summary>
internal static class FigureNumbers
{
    /// <summary>The digits of fraction of money.</summary>
    public const int MoneyDigits = 12;

    /// <summary>The digits of fraction of times and of tokens per second.</summary>
    public const int TimeDigits = 3;

    /// <summary>The digits of fraction of shares of 1.</summary>
    public const int RateDigits = 6;

    // Dividing by it leaves the value and drops the zeros at its end.
    private const decimal One = 1.0000000000000000000000000000m;

    /// <summary>Writes an amount in USD, with at most 12 digits of fraction.</summary>
    public static void WriteMoney(this Utf8JsonWriter writer, string name, decimal amount) => writer.WriteDecimal(name, amount, MoneyDigits);

    /// <summary>Writes a time in ms, or tokens per second, with at most 3 digits of fraction.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, string name, decimal milliseconds) =>
        writer.WriteDecimal(name, milliseconds, TimeDigits);

    /// <summary>Writes a share of 1, with at most 6 digits of fraction.</summary>
    public static void WriteRate(this Utf8JsonWriter writer, string name, decimal rate) => writer.WriteDecimal(name, rate, RateDigits);

    /// <summary>Writes a number.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="value">The number.</param>
    /// <param name="fractionDigits">The most digits of fraction.</param>
    public static void WriteDecimal(this Utf8JsonWriter writer, string name, decimal value, int fractionDigits) =>
        writer.WriteNumber(name, decimal.Round(value, fractionDigits, MidpointRounding.AwayFromZero) / One);
}

namespace Serverless.Traces.Figures;

/// <summary>
/// Figures as they stand in JSON: rounded, halves away from 0, so that they are written plainly, without an exponent and without zeros at the
/// end of the fraction.
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

    /// <summary>An amount in USD, with at most 12 digits of fraction.</summary>
    public static decimal Money(decimal amount) => Rounded(amount, MoneyDigits);

    /// <summary>A time in ms, or tokens per second, with at most 3 digits of fraction.</summary>
    public static decimal Time(decimal milliseconds) => Rounded(milliseconds, TimeDigits);

    /// <summary>A share of 1, with at most 6 digits of fraction.</summary>
    public static decimal Rate(decimal rate) => Rounded(rate, RateDigits);

    /// <summary>A number with at most so many digits of fraction.</summary>
    public static decimal Rounded(decimal value, int fractionDigits) => decimal.Round(value, fractionDigits, MidpointRounding.AwayFromZero) / One;
}

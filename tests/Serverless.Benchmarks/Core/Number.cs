using System.Globalization;

namespace Serverless.Benchmarks.Core;

/// <summary>Numbers as they are printed: three digits that count, and the rest rounded against whoever it would flatter.</summary>
internal static class Number
{
    private const int Digits = 3;

    /// <summary>A number that is the better the larger it is, rounded down.</summary>
    public static string AtLeast(double value) => Print(value, Math.Floor);

    /// <summary>A number that is the better the smaller it is, rounded up.</summary>
    public static string AtMost(double value) => Print(value, Math.Ceiling);

    /// <summary>A count.</summary>
    public static string Whole(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>The median with the smallest and the largest value.</summary>
    /// <param name="measured">The values.</param>
    /// <param name="print">How one is printed.</param>
    public static string Spread(Measured measured, Func<double, string> print) => $"{print(measured.Median)} ({print(measured.Min)}–{print(measured.Max)})";

    private static string Print(double value, Func<double, double> round)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        // What is left of a decimal fraction in binary must not count as something to round.
        var decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var scale = Math.Pow(10, decimals);
        var rounded = round(Math.Round(value * scale, 6)) / scale;
        return rounded.ToString(decimals > 0 ? $"#,0.{new string('0', decimals)}" : "#,0", CultureInfo.InvariantCulture);
    }
}

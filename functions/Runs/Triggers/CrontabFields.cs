using System.Globalization;

namespace Serverless.Runs.Triggers;

/// <summary>
/// Judges the fields of an NCRONTAB expression that can be parsed: the parser takes a step of nothing, and turns a range round whose end comes
/// before its beginning, where whoever wrote that meant something else.
/// </summary>
internal static class CrontabFields
{
    private static readonly Field Seconds = new(0, 59, []);
    private static readonly Field[] OfFive =
    [
        new(0, 59, []),
        new(0, 23, []),
        new(1, 31, []),
        new(1, 12, [.. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Where(name => name.Length > 0)]),
        new(0, 6, CultureInfo.InvariantCulture.DateTimeFormat.DayNames),
    ];

    /// <summary>Whether every entry of every field makes sense.</summary>
    /// <param name="fields">The fields, five or with seconds six.</param>
    public static bool MakeSense(IReadOnlyList<string> fields) =>
        fields.Zip(fields.Count > OfFive.Length ? [Seconds, .. OfFive] : OfFive).All(pair => Array.TrueForAll(pair.First.Split(','), pair.Second.Takes));

    private sealed record Field(int Min, int Max, IReadOnlyList<string> Names)
    {
        public bool Takes(string entry) => entry.Split('/') switch
        {
            [var range] => TakesRange(range),
            [var range, var step] => TakesRange(range) && Number(step) is > 0,
            _ => false,
        };

        private bool TakesRange(string range) => range == "*" || range.Split('-') switch
        {
            [var value] => Value(value) is not null,
            [var first, var last] => Value(first) <= Value(last),
            _ => false,
        };

        private int? Value(string text) => (Number(text) ?? Named(text)) is { } value && value >= Min && value <= Max ? value : null;

        // The parser takes any beginning of a name.
        private int? Named(string text) =>
            text.Length > 0 && Names.Index().FirstOrDefault(name => name.Item.StartsWith(text, StringComparison.OrdinalIgnoreCase)) is { Item: not null } found
                ? Min + found.Index
                : null;

        private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

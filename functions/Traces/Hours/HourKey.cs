using System.Globalization;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Traces.Hours;

/// <summary>
/// The row keys of what is kept of an hour beside its chunks. Everything that has to be known to add events to an hour stands together:
/// its head first, then the ids it holds. The figures of all hours stand in a row of their own, the newest first.
/// </summary>
/// <param name="Hour">The hour, counted from the year 1.</param>
internal readonly record struct HourKey(long Hour)
{
    private const char State = 'h';
    private const char Series = 'f';
    private static readonly long LastHour = DateTime.MaxValue.Ticks / TimeSpan.TicksPerHour;

    /// <summary>
    /// The row that every addition to the hour changes. It sorts before the ids: whoever reads in the order of keys can see ids that the
    /// head does not know of yet, but never miss any that it does.
    /// </summary>
    public string Head => $"{State}{Inverted}-head";

    /// <summary>All rows of the hour's state.</summary>
    public RowKeyRange Rows => new($"{State}{Inverted}-", $"{State}{Inverted}.");

    /// <summary>The times of the hour.</summary>
    public TimeRange Times => new(Hour * TimeSpan.TicksPerHour, ((Hour + 1) * TimeSpan.TicksPerHour) - 1);

    private string Inverted => (LastHour - Hour).ToString("D8", CultureInfo.InvariantCulture);

    /// <summary>The hour of a time in ticks.</summary>
    public static HourKey Of(long ticks) => new(ticks / TimeSpan.TicksPerHour);

    /// <summary>A row of ids.</summary>
    /// <param name="minute">The minute of the hour that the events are of.</param>
    /// <param name="number">Which of that minute's rows, from zero.</param>
    public string Known(int minute, int number) => string.Create(CultureInfo.InvariantCulture, $"{State}{Inverted}-ids-{minute:D2}-{number:D4}");

    /// <summary>A row of the hour's figures.</summary>
    /// <param name="number">Which of them, from zero: most hours have one.</param>
    public string Figures(int number) => string.Create(CultureInfo.InvariantCulture, $"{Series}{Inverted}-{number:D4}");

    /// <summary>The rows of figures of several hours, both included.</summary>
    public static RowKeyRange FiguresBetween(HourKey first, HourKey last) => new($"{Series}{last.Inverted}-", $"{Series}{first.Inverted}.");

    /// <summary>The rows of figures of all hours before one.</summary>
    public static RowKeyRange FiguresBefore(HourKey hour) => new($"{Series}{hour.Inverted}.", $"{Series}~");

    /// <summary>The rows of state of all hours before one.</summary>
    public static RowKeyRange RowsBefore(HourKey hour) => new($"{State}{hour.Inverted}.", $"{State}~");

    /// <summary>The rows of state of all hours.</summary>
    public static RowKeyRange AllRows => new($"{State}", $"{State}~");

    /// <summary>The row that says which ids have been compared with those of all other hours.</summary>
    public static string Compared => "u-compared";

    /// <summary>The range that holds this row alone.</summary>
    public static RowKeyRange ComparedRows => new(Compared, $"{Compared}~");

    /// <summary>The hour of a row of state or figures.</summary>
    public static HourKey OfRow(string rowKey) => new(LastHour - long.Parse(rowKey.AsSpan(1, 8), NumberStyles.None, CultureInfo.InvariantCulture));
}

using Azure.Data.Tables;
using Serverless.Ingestion.Records;
using Serverless.Storage;
using Serverless.Traces.Figures;

namespace Serverless.Traces.Hours;

/// <summary>
/// What the events of an hour add up to, as the head of the hour and its row of figures keep it: the figures as the payload, and those by five minutes in a column
/// of their own. The version before knows nothing of this column, and writes its rows without it: where it is missing, nothing is known by five minutes, and
/// nothing will be, for whatever is added goes on from what is there.
/// </summary>
/// <param name="Figures">The figures, as <see cref="HourFigures"/> writes them; empty for none.</param>
/// <param name="ByFiveMinutes">The same by five minutes, as <see cref="FiveMinuteFigures"/> writes them; null when they are not known.</param>
internal sealed record HourSums(ReadOnlyMemory<byte> Figures, byte[]? ByFiveMinutes)
{
    /// <summary>The column with the figures by five minutes.</summary>
    public const string FiveMinutesColumn = "FiveMinutes";

    // What a column takes. Latencies of a few orders of magnitude stay far below it.
    private const int MaxColumnBytes = 64 * 1024;

    /// <summary>Those of no events.</summary>
    public static HourSums None { get; } = new(default, []);

    /// <summary>Reads those of a row.</summary>
    public static HourSums Read(TableEntity row) => new(PayloadColumns.Read(row), row.GetBinary(FiveMinutesColumn));

    /// <summary>Those of figures that were just made.</summary>
    public static HourSums Of(HourFigures figures, FiveMinuteFigures? byFiveMinutes) => new(Written(figures.WriteTo), WrittenOrNull(byFiveMinutes));

    /// <summary>Writes them into a row.</summary>
    public void Write(TableEntity row)
    {
        PayloadColumns.Write(row, Figures);
        if (ByFiveMinutes is not null)
        {
            row[FiveMinutesColumn] = ByFiveMinutes;
        }
    }

    /// <summary>Those with additional events.</summary>
    /// <param name="hour">The hour of all of them.</param>
    /// <param name="events">The events.</param>
    public HourSums With(HourKey hour, IReadOnlyList<IncomingEvent> events)
    {
        using var earlier = new LineReader(Figures);
        var figures = HourFigures.Read(hour.Hour, earlier);
        var byFiveMinutes = ByFiveMinutes is null ? null : ReadFiveMinutes(ByFiveMinutes);
        foreach (var added in events)
        {
            figures.Add(added.Measures);
            byFiveMinutes?.Add(added.Measures);
        }

        return Of(figures, byFiveMinutes);
    }

    /// <summary>Reads figures by five minutes.</summary>
    public static FiveMinuteFigures ReadFiveMinutes(byte[] column)
    {
        var figures = new FiveMinuteFigures();
        using var lines = new LineReader(column);
        figures.Add(lines);
        return figures;
    }

    private static byte[]? WrittenOrNull(FiveMinuteFigures? figures) =>
        figures is not null && Written(figures.WriteTo) is { Length: <= MaxColumnBytes } written ? written.ToArray() : null;

    private static ReadOnlyMemory<byte> Written(Action<LineWriter> write)
    {
        using var lines = new LineWriter();
        write(lines);
        return lines.Take();
    }
}

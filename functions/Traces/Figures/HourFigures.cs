using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Serverless.Ingestion.Records;
using Serverless.Json;

namespace Serverless.Traces.Figures;

/// <summary>What the figures of an hour are told apart by.</summary>
/// <param name="Model">The model.</param>
/// <param name="Environment">The environment; empty for events that name none.</param>
internal readonly record struct FigureCell(string Model, string Environment);

/// <summary>The figures of the events of one hour, by model and environment. A line of JSON keeps a cell.</summary>
/// <param name="hour">The <see cref="HourNumber"/>.</param>
internal sealed class HourFigures(long hour)
{
    private readonly Dictionary<FigureCell, EventFigures> _cells = [];

    /// <summary>The <see cref="HourNumber"/>.</summary>
    public long Hour { get; } = hour;

    /// <summary>The cells.</summary>
    public IReadOnlyDictionary<FigureCell, EventFigures> Cells => _cells;

    /// <summary>Reads the figures of an hour.</summary>
    /// <param name="hour">The <see cref="HourNumber"/>.</param>
    /// <param name="lines">What <see cref="WriteTo"/> wrote, once or several times: it is all put together.</param>
    public static HourFigures Read(long hour, LineReader lines)
    {
        var figures = new HourFigures(hour);
        while (lines.TryRead(out var line))
        {
            figures.Add(line);
        }

        return figures;
    }

    /// <summary>Adds an event of this hour.</summary>
    public void Add(in EventMeasures measures) => At(new(measures.Model, measures.Environment)).Add(in measures);

    /// <summary>Adds the cell of a line.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        var cell = JsonSerializer.Deserialize(line, FigureJson.Default.StoredCell)!;
        At(new(cell.Model, cell.Environment)).Merge(EventFigures.Of(cell.Figures));
    }

    /// <summary>Adds other figures of this hour.</summary>
    public void Merge(HourFigures other)
    {
        foreach (var (cell, figures) in other._cells)
        {
            At(cell).Merge(figures);
        }
    }

    /// <summary>Writes the cells, a line each. The lines are the same whatever order the figures came about in.</summary>
    public void WriteTo(LineWriter lines)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(line, JsonText.WriterOptions);
        var ordered = _cells
            .OrderBy(cell => cell.Key.Model, StringComparer.Ordinal)
            .ThenBy(cell => cell.Key.Environment, StringComparer.Ordinal);
        foreach (var (cell, figures) in ordered)
        {
            JsonSerializer.Serialize(writer, new(cell.Model, cell.Environment, figures.ToStored()), FigureJson.Default.StoredCell);
            writer.Flush();
            line.Write("\n"u8);
            lines.Write(line.WrittenSpan);
            line.ResetWrittenCount();
            writer.Reset();
        }
    }

    private EventFigures At(FigureCell cell) => CollectionsMarshal.GetValueRefOrAddDefault(_cells, cell, out _) ??= new();
}

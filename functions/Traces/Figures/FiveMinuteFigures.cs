using System.Buffers;
using System.Text.Json;
using Serverless.Ingestion.Records;
using Serverless.Json;
using Serverless.Times;

namespace Serverless.Traces.Figures;

/// <summary>
/// The figures of the events of one hour by five minutes, of all models and environments together: what a question about a few minutes needs, small enough to
/// stand beside <see cref="HourFigures"/>. A line of JSON keeps five minutes.
/// </summary>
internal sealed class FiveMinuteFigures
{
    private readonly SortedDictionary<long, EventFigures> _figures = [];

    /// <summary>The figures by the number of their <see cref="FiveMinutes"/>, the oldest first: those that have events.</summary>
    public IReadOnlyDictionary<long, EventFigures> All => _figures;

    /// <summary>Adds an event.</summary>
    public void Add(in EventMeasures measures) => At(FiveMinutes.Of(measures.Ticks)).Add(in measures);

    /// <summary>Adds what <see cref="WriteTo"/> wrote.</summary>
    public void Add(LineReader lines)
    {
        while (lines.TryRead(out var line))
        {
            var stored = JsonSerializer.Deserialize(line, FigureJson.Default.StoredFiveMinutes)!;
            At(stored.Number).Merge(EventFigures.Of(stored.Figures));
        }
    }

    /// <summary>Adds other figures.</summary>
    public void Merge(FiveMinuteFigures other)
    {
        foreach (var (number, figures) in other._figures)
        {
            At(number).Merge(figures);
        }
    }

    /// <summary>Writes them, a line for each five minutes. The lines are the same whatever order the figures came about in.</summary>
    public void WriteTo(LineWriter lines)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(line, JsonText.WriterOptions);
        foreach (var (number, figures) in _figures)
        {
            JsonSerializer.Serialize(writer, new(number, figures.ToStored()), FigureJson.Default.StoredFiveMinutes);
            writer.Flush();
            line.Write("\n"u8);
            lines.Write(line.WrittenSpan);
            line.ResetWrittenCount();
            writer.Reset();
        }
    }

    private EventFigures At(long number)
    {
        if (!_figures.TryGetValue(number, out var figures))
        {
            _figures[number] = figures = new();
        }

        return figures;
    }
}

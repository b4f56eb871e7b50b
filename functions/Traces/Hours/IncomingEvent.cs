using Serverless.Ingestion.Records;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;

namespace Serverless.Traces.Hours;

/// <summary>An event on its way into the table.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Measures">What figures and headers need of it.</param>
/// <param name="Line">How it is kept: one line of JSON, the line break included.</param>
internal sealed record IncomingEvent(Guid Id, EventMeasures Measures, ReadOnlyMemory<byte> Line)
{
    /// <summary>The minute of the hour it is of.</summary>
    public int Minute => (int)(Measures.Ticks / TimeSpan.TicksPerMinute % 60);

    /// <summary>Takes a stored line over.</summary>
    public static IncomingEvent Of(ReadOnlySpan<byte> line)
    {
        var copy = new byte[line.Length + 1];
        line.CopyTo(copy);
        copy[^1] = (byte)'\n';
        return new(new StoredEvent(line).Id, EventMeasures.Read(line), copy);
    }

    /// <summary>Takes over all stored lines of a payload.</summary>
    public static IReadOnlyList<IncomingEvent> ReadAll(ReadOnlyMemory<byte> payload)
    {
        var events = new List<IncomingEvent>();
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            events.Add(Of(line));
        }

        return events;
    }
}

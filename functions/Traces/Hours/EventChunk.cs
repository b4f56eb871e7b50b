using System.Text;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Traces.Events;

namespace Serverless.Traces.Hours;

/// <summary>The chunk of events that are stored together.</summary>
internal static class EventChunk
{
    /// <summary>The most events of a chunk.</summary>
    public const int MaxEvents = 1000;

    /// <summary>The most bytes of a chunk before compression: even if they could not be compressed they would fit a row.</summary>
    public const int MaxBytes = 900 * 1024;

    /// <summary>Events as a chunk, under a batch id of its own.</summary>
    /// <param name="partition">The project.</param>
    /// <param name="events">The events.</param>
    public static Chunk Of(string partition, IReadOnlyList<IncomingEvent> events)
    {
        var receivedAt = events.Max(added => new StoredEvent(added.Line.Span).ReceivedAt);
        using var chunk = new ChunkWriter(TraceChunks.Schema, BatchId.New(DateTimeOffset.FromUnixTimeMilliseconds(receivedAt)));
        foreach (var added in events)
        {
            chunk.Append(added.Line.Span, added.Measures.Ticks, added.Measures.Status);
            chunk.Mark(TraceChunks.ModelLabel, Encoding.UTF8.GetBytes(added.Measures.Model));
            chunk.Mark(TraceChunks.EnvironmentLabel, Encoding.UTF8.GetBytes(added.Measures.Environment));
            TraceTerms.Add(added.Line.Span, chunk.Terms);
        }

        return new(chunk.Header(partition) with { Filter = TermFilter.Of(chunk.Terms) }, chunk.TakePart());
    }

    /// <summary>Divides events into what fits a chunk each.</summary>
    public static IEnumerable<IReadOnlyList<IncomingEvent>> Divide(IEnumerable<IncomingEvent> events)
    {
        var (part, bytes) = (new List<IncomingEvent>(), 0);
        foreach (var added in events)
        {
            if (part.Count == MaxEvents || (bytes + added.Line.Length > MaxBytes && part.Count > 0))
            {
                yield return part;
                (part, bytes) = ([], 0);
            }

            part.Add(added);
            bytes += added.Line.Length;
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }
}

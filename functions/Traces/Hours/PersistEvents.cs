using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;

namespace Serverless.Traces.Hours;

/// <summary>Moves an accepted batch from the queue into the table: hour by hour, each event once however often it is delivered.</summary>
public sealed class PersistEvents(ChunkDelivery delivery, ChunkStore store, HourLedger hours)
{
    /// <summary>Stores a batch.</summary>
    /// <param name="message">The message that carries it, or says where its parts are.</param>
    /// <param name="cancellationToken">Ends the work between two hours; what is left is delivered again.</param>
    public Task HandleAsync(BinaryData message, CancellationToken cancellationToken) =>
        delivery.HandleAsync(TraceChunks.Schema, message, chunk => StoreAsync(chunk, cancellationToken));

    private async Task StoreAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var events = new List<IncomingEvent>();
        await foreach (var payload in store.ReadPayloadsAsync(TraceChunks.Schema, chunk, cancellationToken))
        {
            Read(payload, events);
        }

        foreach (var hour in events.GroupBy(added => HourKey.Of(added.Measures.Ticks)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await hours.AddAsync(chunk.Header.Partition, hour.Key, [.. hour]);
        }

        // Were this cut short, the delivery that follows would find all events known, and remove the rest.
        await store.DeletePartsAsync(TraceChunks.Schema, chunk.Header.Partition, chunk.Header.Batch, chunk.Header.Parts, cancellationToken);
    }

    private static void Read(ReadOnlyMemory<byte> payload, List<IncomingEvent> events)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            events.Add(IncomingEvent.Of(line));
        }
    }
}

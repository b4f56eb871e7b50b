using Serverless.Ingestion.Chunks;

namespace Serverless.Traces.Hours;

/// <summary>Moves accepted batches from the queue into the table: events hour by hour, each once however often it is delivered; steps as they are.</summary>
public sealed class PersistEvents(ChunkDelivery delivery, ChunkStore store, HourLedger hours)
{
    /// <summary>Stores batches.</summary>
    /// <param name="message">The message that carries them, or says where the parts of one are.</param>
    /// <param name="cancellationToken">Ends the work between two hours; what is left is delivered again.</param>
    public Task HandleAsync(BinaryData message, CancellationToken cancellationToken) =>
        delivery.HandleAsync(TraceChunks.Schema, message, chunks => StoreAsync(chunks, cancellationToken));

    private async Task StoreAsync(IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken)
    {
        if (StepChunks.Are(chunks[0].Header.Partition))
        {
            await store.WriteAsync(TraceChunks.Schema, chunks, cancellationToken);
            return;
        }

        foreach (var chunk in chunks)
        {
            await StoreAsync(chunk, cancellationToken);
        }
    }

    private async Task StoreAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var events = new List<IncomingEvent>();
        await foreach (var payload in store.ReadPayloadsAsync(TraceChunks.Schema, chunk, cancellationToken))
        {
            events.AddRange(IncomingEvent.ReadAll(payload));
        }

        // Whichever comes first: a copy in the same batch may have a time in another hour.
        foreach (var hour in events.DistinctBy(added => added.Id).GroupBy(added => HourKey.Of(added.Measures.Ticks)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await hours.AddAsync(chunk.Header.Partition, hour.Key, [.. hour]);
        }

        // Were this cut short, the delivery that follows would find all events known, and remove the rest.
        await store.DeletePartsAsync(TraceChunks.Schema, chunk.Header.Partition, chunk.Header.Batch, chunk.Header.Parts, cancellationToken);
    }
}

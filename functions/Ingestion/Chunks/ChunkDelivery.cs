using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Ingestion.Chunks;

/// <summary>Takes chunks from the queue to whoever stores them.</summary>
public sealed class ChunkDelivery(QueueWork work)
{
    /// <summary>Has the chunk of a message stored.</summary>
    /// <param name="schema">What the chunk is.</param>
    /// <param name="message">The message.</param>
    /// <param name="store">Stores it; if that fails the message comes back.</param>
    /// <exception cref="FormatException">The message is no chunk.</exception>
    public Task HandleAsync(ChunkSchema schema, BinaryData message, Func<Chunk, Task> store)
    {
        var chunk = ChunkMessage.Decode(message);
        var origin = new MessageOrigin(chunk.Header.TraceParent, BatchId.ReceivedAt(chunk.Header.Batch));
        return work.DoAsync(schema.Queue, message, origin, schema.TenantOf(chunk.Header.Partition), () => store(chunk));
    }
}

using Serverless.Storage;

namespace Serverless.Ingestion.Chunks;

/// <summary>Takes chunks from the queue to whoever stores them.</summary>
public sealed class ChunkDelivery(QueueWork work)
{
    /// <summary>Has the chunks of a message stored.</summary>
    /// <param name="schema">What the chunks are.</param>
    /// <param name="message">The message.</param>
    /// <param name="store">Stores them, all of one partition; if that fails the message comes back.</param>
    /// <exception cref="FormatException">The message is no chunk.</exception>
    public Task HandleAsync(ChunkSchema schema, BinaryData message, Func<IReadOnlyList<Chunk>, Task> store)
    {
        var chunks = ChunkMessage.Decode(message);
        var first = chunks[0].Header;
        return work.DoAsync(
            schema.Queue, message, new(first.TraceParent, BatchId.ReceivedAt(first.Batch)), schema.TenantOf(first.Partition), () => store(chunks));
    }
}

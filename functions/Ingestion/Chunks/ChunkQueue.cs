using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Azure.Storage.Queues;
using Serverless.Storage;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// Sends chunks to the queue. When this returns the batch is acknowledged: the message does not expire and is delivered until it
/// has been persisted. Chunks of one partition that are sent at the same time share a message: put together to one, or, where each has to be known by its
/// own batch, one after the other.
/// </summary>
public sealed class ChunkQueue
{
    // All of them are stored in one transaction, which takes a hundred rows.
    private const int MaxChunks = 40;

    private readonly QueueServiceClient _queues;
    private readonly GroupCommit<(string Queue, string Partition), Chunk, Sending> _commits;

    /// <summary>Sends through an account's queues.</summary>
    public ChunkQueue(QueueServiceClient queues)
    {
        _queues = queues;
        _commits = new(SendAllAsync);
    }

    /// <summary>Whether a chunk travels whole, rather than as a header with staged parts.</summary>
    public static bool Fits(Chunk chunk) => ChunkMessage.SizeOf(chunk) <= ChunkMessage.MaxBytes;

    /// <summary>Sends a chunk.</summary>
    /// <exception cref="Azure.RequestFailedException">The queue did not take it; nothing is acknowledged.</exception>
    public async Task SendAsync(ChunkSchema schema, Chunk chunk)
    {
        var sending = await _commits.SubmitAsync((schema.Queue, chunk.Header.Partition), chunk);
        sending.Failure?.Throw();
        if (sending.TraceParent != chunk.Header.TraceParent && ActivityContext.TryParse(sending.TraceParent, traceState: null, out var carrier))
        {
            // From here on the batch is followed in the trace of another, which shared its message with it.
            Activity.Current?.AddLink(new(carrier));
        }
    }

    private async Task<IReadOnlyList<Sending>> SendAllAsync((string Queue, string Partition) lane, IReadOnlyList<Chunk> chunks)
    {
        var queue = _queues.GetQueueClient(lane.Queue);
        var outcomes = await Task.WhenAll(Pack(chunks).Select(message => SendAsync(queue, message)));
        return [.. outcomes.SelectMany(outcome => outcome)];
    }

    // The callers in a message share its fate, and no other's.
    private static async Task<IEnumerable<Sending>> SendAsync(QueueClient queue, PackedMessage message)
    {
        ExceptionDispatchInfo? failure = null;
        try
        {
            await queue.SendMessageAsync(ChunkMessage.Encode(message.Chunks), timeToLive: QueueMessages.Forever);
        }
        catch (Exception thrown)
        {
            failure = ExceptionDispatchInfo.Capture(thrown);
        }

        return Enumerable.Repeat(new Sending(message.Chunks[0].Header.TraceParent, failure), message.Sources);
    }

    /// <summary>Puts neighbours into a message as far as it takes them, and together to one chunk as far as their times stay close.</summary>
    internal static IReadOnlyList<PackedMessage> Pack(IReadOnlyList<Chunk> chunks)
    {
        var packed = new List<PackedMessage>(chunks.Count);
        foreach (var chunk in chunks)
        {
            if (packed is [.., var last] && TryAdd(last, chunk) is { } both)
            {
                packed[^1] = both;
            }
            else
            {
                packed.Add(new([chunk], ChunkMessage.MostBytesOf(chunk), 1));
            }
        }

        return packed;
    }

    private static PackedMessage? TryAdd(PackedMessage message, Chunk chunk)
    {
        // What was staged is sent as soon as it may be.
        var last = message.Chunks[^1];
        if (last.Header.Parts > 0 || chunk.Header.Parts > 0)
        {
            return null;
        }

        if (!last.IsRepeatable && !chunk.IsRepeatable && Chunk.Merge(last, chunk) is var merged && ChunkKey.IsNarrow(merged.Header))
        {
            var size = message.Size - ChunkMessage.MostBytesOf(last) + ChunkMessage.MostBytesOf(merged);
            return size <= ChunkMessage.MaxBytes ? new([.. message.Chunks.SkipLast(1), merged], size, message.Sources + 1) : null;
        }

        // Of one batch there is one chunk in a message, for it is one row.
        var both = message.Size + ChunkMessage.MostBytesOf(chunk);
        return both <= ChunkMessage.MaxBytes && message.Chunks.Count < MaxChunks && message.Chunks.All(other => other.Header.Batch != chunk.Header.Batch)
            ? new([.. message.Chunks, chunk], both, message.Sources + 1)
            : null;
    }

    private sealed record Sending(string? TraceParent, ExceptionDispatchInfo? Failure);

    /// <summary>A message.</summary>
    /// <param name="Chunks">Its chunks.</param>
    /// <param name="Size">How many bytes it takes, at most.</param>
    /// <param name="Sources">How many of the chunks that were to be sent are in it.</param>
    internal sealed record PackedMessage(IReadOnlyList<Chunk> Chunks, int Size, int Sources);
}

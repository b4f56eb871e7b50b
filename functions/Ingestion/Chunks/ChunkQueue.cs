using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Azure.Storage.Queues;
using Serverless.Storage;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// Sends chunks to the queue. When this returns the batch is acknowledged: the message does not expire and is delivered until it
/// has been persisted. Chunks of one partition that are sent at the same time share a message.
/// </summary>
public sealed class ChunkQueue
{
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
            await queue.SendMessageAsync(ChunkMessage.Encode(message.Chunk), timeToLive: QueueMessages.Forever);
        }
        catch (Exception thrown)
        {
            failure = ExceptionDispatchInfo.Capture(thrown);
        }

        return Enumerable.Repeat(new Sending(message.Chunk.Header.TraceParent, failure), message.Sources);
    }

    /// <summary>Puts neighbours together as far as a message takes them and their times stay close.</summary>
    internal static IReadOnlyList<PackedMessage> Pack(IReadOnlyList<Chunk> chunks)
    {
        var packed = new List<PackedMessage>(chunks.Count);
        foreach (var chunk in chunks)
        {
            if (packed is [.., var last] && MayMerge(chunk) && MayMerge(last.Chunk))
            {
                var merged = Chunk.Merge(last.Chunk, chunk);
                if (ChunkKey.IsNarrow(merged.Header) && ChunkMessage.SizeOf(merged) + ChunkMessage.SizeOfFilter(merged) <= ChunkMessage.MaxBytes)
                {
                    packed[^1] = new(merged, last.Sources + 1);
                    continue;
                }
            }

            packed.Add(new(chunk, 1));
        }

        return packed;
    }

    private static bool MayMerge(Chunk chunk) => chunk.Header.Parts == 0 && !chunk.IsRepeatable;

    private sealed record Sending(string? TraceParent, ExceptionDispatchInfo? Failure);

    /// <summary>A message, and how many of the chunks that were to be sent are in it.</summary>
    internal sealed record PackedMessage(Chunk Chunk, int Sources);
}

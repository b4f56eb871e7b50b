using Serverless.Ingestion.Chunks;
using Serverless.Storage;

namespace Serverless.Ingestion.Upkeep;

/// <summary>A chunk, or a block, that can be read to its end.</summary>
/// <param name="Chunk">The chunk.</param>
/// <param name="Payloads">Its payloads; null when they are too large to be held: then they are read anew each time.</param>
/// <param name="Ids">The ids of its records, or of their batches.</param>
/// <param name="Hours">The hours of its records, counted from the year 1.</param>
internal sealed record OpenedChunk(Chunk Chunk, IReadOnlyList<ReadOnlyMemory<byte>>? Payloads, IReadOnlySet<Guid> Ids, IReadOnlySet<long> Hours);

/// <summary>Opens chunks and blocks that are to be put together.</summary>
/// <param name="store">Reads them.</param>
/// <param name="schema">What they are.</param>
/// <param name="unreadable">Notes what cannot be read: it is left as it is, for the next run to set aside.</param>
internal sealed class ChunkOpener(ChunkStore store, ChunkSchema schema, UnreadableRows unreadable)
{
    /// <summary>What is in memory at once, compressed.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>Opens a chunk.</summary>
    /// <returns>Null when it is gone, or cannot be read to its end.</returns>
    public async Task<OpenedChunk?> OpenAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        if (await store.OpenAsync(schema, chunk, cancellationToken) is not { } found)
        {
            return null;
        }

        var (held, ids, hours) = (new List<ReadOnlyMemory<byte>>(), new HashSet<Guid>(), new HashSet<long>());
        var isHeld = (long)found.Header.Parts * PayloadColumns.MaxBytes <= MaxBytes;
        await foreach (var payload in store.ReadPayloadsAsync(schema, found, cancellationToken))
        {
            var isReadable = await unreadable.TryAsync(schema.Table, chunk.Header.Partition, ChunkKey.Of(chunk.Header), () => schema.ReadIdentities(payload, record =>
            {
                ids.Add(record.Id);
                hours.Add(record.Ticks / TimeSpan.TicksPerHour);
            }));
            if (!isReadable)
            {
                return null;
            }

            if (isHeld)
            {
                held.Add(payload);
            }
        }

        return new(found, isHeld ? held : null, ids, hours);
    }

    /// <summary>The payloads of a chunk, one after the other.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> PayloadsAsync(OpenedChunk chunk, CancellationToken cancellationToken) =>
        chunk.Payloads?.ToAsyncEnumerable() ?? store.ReadPayloadsAsync(schema, chunk.Chunk, cancellationToken);
}

using Microsoft.Extensions.Logging;

namespace Serverless.Ingestion;

/// <summary>
/// A batch on its way in: records are appended to its chunk, parts that fill up are staged in the table, and at the end the
/// chunk, or its header alone, is sent to the queue. Disposed before that, it leaves nothing behind.
/// </summary>
public sealed partial class ChunkUpload(ChunkSchema schema, ChunkStore store, ChunkQueue queue, TimeProvider time, ILogger<ChunkUpload> logger)
    : IAsyncDisposable
{
    private ChunkWriter _chunk = new(schema, time.GetUtcNow());
    private string? _partition;
    private int _parts;

    /// <summary>The chunk that is being built.</summary>
    public ChunkWriter Chunk => _chunk;

    /// <summary>Whether the memory set aside for this batch is used up, so that <see cref="StageAsync"/> has to go first.</summary>
    public bool IsFull => _chunk.PartIsFull;

    /// <summary>Moves what is full into the table.</summary>
    /// <param name="partition">Whose batch it is: proven by now, so that nobody unknown can write.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task StageAsync(string partition, CancellationToken cancellationToken)
    {
        _partition = partition;
        var number = _parts++;
        await store.WritePartAsync(schema, partition, _chunk.Batch, number, _chunk.TakePart(), cancellationToken);
    }

    /// <summary>Sends the batch on. When this returns it is acknowledged.</summary>
    public async Task SendAsync(string partition, CancellationToken cancellationToken)
    {
        var header = _chunk.Header(partition);
        if (_parts == 0)
        {
            var payload = _chunk.TakePart();
            var whole = new Chunk(header, payload);
            if (ChunkQueue.Fits(whole))
            {
                await queue.SendAsync(schema, whole);
                return;
            }

            _partition = partition;
            await store.WritePartAsync(schema, partition, _chunk.Batch, _parts++, payload, cancellationToken);
        }
        else
        {
            await StageAsync(partition, cancellationToken);
        }

        // From here on the parts may be in use, even if the sending should fail in a way that leaves its outcome open.
        header = header with { Parts = _parts };
        _parts = 0;
        await queue.SendAsync(schema, new Chunk(header, ReadOnlyMemory<byte>.Empty));
    }

    /// <summary>Forgets all records so far and begins again.</summary>
    public async ValueTask RestartAsync()
    {
        await DisposeAsync();
        _chunk = new ChunkWriter(schema, time.GetUtcNow());
    }

    /// <summary>Takes back what was staged but not sent.</summary>
    public async ValueTask DisposeAsync()
    {
        _chunk.Dispose();
        if (_parts == 0)
        {
            return;
        }

        try
        {
            await store.DeletePartsAsync(schema, _partition!, _chunk.Batch, _parts, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // No reader can see them; they only take space until the next sweep.
            Log.PartsLeft(logger, failure, _parts, _chunk.Batch);
        }

        _parts = 0;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Parts} staged parts of batch {Batch} could not be removed")]
        public static partial void PartsLeft(ILogger logger, Exception failure, int parts, string batch);
    }
}

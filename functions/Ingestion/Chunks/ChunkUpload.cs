using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Serverless.Diagnostics;
using Serverless.Ingestion.Index;
using Serverless.Ingestion.Records;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// A batch on its way in: records are appended to its chunk, parts that fill up are staged in the table or set aside, and at the end
/// the chunk, or its header alone, is sent to the queue. Disposed before that, it leaves nothing behind.
/// </summary>
public sealed partial class ChunkUpload : IAsyncDisposable
{
    private static readonly Histogram<long> Size = Instrumentation.Meter.CreateHistogram<long>(
        "serverless.chunk.size", "By", "How large accepted batches are, compressed");

    private static readonly Histogram<long> Records = Instrumentation.Meter.CreateHistogram<long>(
        "serverless.chunk.records", "{record}", "How many records accepted batches hold");

    private readonly ChunkSchema _schema;
    private readonly bool _isRepeatable;
    private readonly ChunkStore _store;
    private readonly ChunkQueue _queue;
    private readonly ILogger<ChunkUpload> _logger;
    private readonly List<ReadOnlyMemory<byte>> _aside = [];
    private string? _partition;
    private int _parts;
    private long _bytes;

    internal ChunkUpload(ChunkSchema schema, string batch, bool isRepeatable, ChunkStore store, ChunkQueue queue, ILogger<ChunkUpload> logger)
    {
        (_schema, _isRepeatable, _store, _queue, _logger) = (schema, isRepeatable, store, queue, logger);
        Chunk = new ChunkWriter(schema, batch);
    }

    /// <summary>The chunk that is being built.</summary>
    public ChunkWriter Chunk { get; private set; }

    /// <summary>Whether a part is full, so that <see cref="StageAsync(string, CancellationToken)"/> or <see cref="SetAside"/> has to go first.</summary>
    public bool IsFull => Chunk.PartIsFull;

    /// <summary>Moves what is full into the table.</summary>
    /// <param name="partition">Whose batch it is: proven by now, so that nobody unknown can write.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task StageAsync(string partition, CancellationToken cancellationToken)
    {
        await StageAsideAsync(partition, cancellationToken);
        await StageAsync(partition, Chunk.TakePart(), cancellationToken);
    }

    /// <summary>Keeps what is full in memory until the batch is sent: for batches of bounded size, of which nothing is stored before all is known.</summary>
    public void SetAside() => _aside.Add(Chunk.TakePart());

    /// <summary>Sends the batch on. When this returns it is acknowledged.</summary>
    public async Task SendAsync(string partition, CancellationToken cancellationToken)
    {
        var header = Chunk.Header(partition) with { TraceParent = Instrumentation.TraceParent };
        await SendAsync(header, cancellationToken);
        var queue = new KeyValuePair<string, object?>("queue", _schema.Queue);
        Size.Record(_bytes, queue);
        Records.Record(header.Count, queue);
    }

    /// <summary>Writes all records so far anew, none of which was staged yet.</summary>
    /// <param name="append">Appends a record, whose line it is given as it was, to a chunk.</param>
    public void Rewrite(Action<ReadOnlySpan<byte>, ChunkWriter> append)
    {
        if (_parts > 0)
        {
            throw new InvalidOperationException("What is staged stays as it is.");
        }

        using var written = Chunk;
        ReadOnlyMemory<byte>[] parts = [.. _aside, written.TakePart()];
        _aside.Clear();
        Chunk = new ChunkWriter(_schema, written.Batch);
        foreach (var part in parts)
        {
            using var lines = new LineReader(part);
            while (lines.TryRead(out var line))
            {
                append(line, Chunk);
                if (IsFull)
                {
                    SetAside();
                }
            }
        }
    }

    /// <summary>Forgets all records so far and begins again.</summary>
    public async ValueTask RestartAsync()
    {
        await DisposeAsync();
        _aside.Clear();
        _bytes = 0;
        Chunk = new ChunkWriter(_schema, Chunk.Batch);
    }

    /// <summary>Takes back what was staged but not sent.</summary>
    public async ValueTask DisposeAsync()
    {
        Chunk.Dispose();
        if (_parts == 0)
        {
            return;
        }

        try
        {
            await _store.DeletePartsAsync(_schema, _partition!, Chunk.Batch, _parts, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // No reader can see them; they only take space until the next sweep.
            Log.PartsLeft(_logger, failure, _parts, Chunk.Batch);
        }

        _parts = 0;
    }

    private async Task SendAsync(ChunkHeader header, CancellationToken cancellationToken)
    {
        await StageAsideAsync(header.Partition, cancellationToken);
        IReadOnlyList<TermSet> terms = Chunk.Terms.Count > 0 ? [Chunk.Terms] : [];
        if (_parts == 0)
        {
            var payload = Chunk.FinishPart();
            var whole = new Chunk(header, payload) { IsRepeatable = _isRepeatable, Terms = terms };
            if (ChunkQueue.Fits(whole))
            {
                _bytes = payload.Length;
                await _queue.SendAsync(_schema, whole);
                return;
            }

            await StageAsync(header.Partition, payload, cancellationToken);
        }
        else
        {
            await StageAsync(header.Partition, cancellationToken);
        }

        // From here on the parts may be in use, even if the sending should fail in a way that leaves its outcome open.
        header = header with { Parts = _parts };
        _parts = 0;
        await _queue.SendAsync(_schema, new Chunk(header, ReadOnlyMemory<byte>.Empty) { Terms = terms });
    }

    private async Task StageAsideAsync(string partition, CancellationToken cancellationToken)
    {
        foreach (var part in _aside)
        {
            await StageAsync(partition, part, cancellationToken);
        }

        _aside.Clear();
    }

    private async Task StageAsync(string partition, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        _partition = partition;
        var number = _parts++;
        _bytes += payload.Length;
        await _store.WritePartAsync(_schema, partition, Chunk.Batch, number, payload, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Parts} staged parts of batch {Batch} could not be removed")]
        public static partial void PartsLeft(ILogger logger, Exception failure, int parts, string batch);
    }
}

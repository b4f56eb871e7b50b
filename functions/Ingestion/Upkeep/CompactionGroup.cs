using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Storage;

namespace Serverless.Ingestion.Upkeep;

/// <summary>Chunks of one hour that fit into one row, and into one transaction.</summary>
/// <param name="schema">What their headers count.</param>
internal sealed class CompactionGroup(ChunkSchema schema)
{
    /// <summary>The most chunks of a group: a transaction takes 100 operations, and one of them writes the result.</summary>
    public const int MaxSources = 99;

    // Recompressed, chunks take less room than before, as a rule; this much more is allowed for.
    private const int Slack = 16 * 1024;

    private readonly List<CompactionSource> _sources = [];
    private ChunkHeader? _header;
    private long _bytes;

    /// <summary>The chunks.</summary>
    public IReadOnlyList<CompactionSource> Sources => _sources;

    /// <summary>Whether there is anything to do: a chunk that has not been compacted before.</summary>
    public bool HasWork => _sources.Exists(source => !source.Chunk.IsCompacted);

    /// <summary>Whether a chunk fits in.</summary>
    public bool Takes(Chunk chunk) =>
        _header is null
        || (_sources.Count < MaxSources
            && _bytes + chunk.Payload.Length <= PayloadColumns.MaxBytes - Slack
            && ChunkKey.IsNarrow(ChunkHeader.Merge(_header, chunk.Header)));

    /// <summary>Takes a chunk in.</summary>
    public void Add(CompactionSource source)
    {
        _sources.Add(source);
        _header = _header is null ? source.Chunk.Header : ChunkHeader.Merge(_header, source.Chunk.Header);
        _bytes += source.Chunk.Payload.Length;
    }

    /// <summary>Puts the chunks together.</summary>
    /// <param name="known">The records of other compacted chunks of the hour, which are left out; all others are added.</param>
    /// <returns>The one chunk, under a batch id of its own; null when every record was known.</returns>
    public Chunk? Merge(HashSet<(Guid Id, int Number)> known)
    {
        using var lines = new LineWriter();
        var kinds = new int[schema.Kinds.Count];
        var terms = new HashSet<ulong>();
        ChunkHeader? header = null;
        foreach (var source in _sources)
        {
            if (Copy(source.Chunk, lines, kinds, terms, known) > 0)
            {
                header = header is null ? source.Chunk.Header : ChunkHeader.Merge(header, source.Chunk.Header);
            }
        }

        return header is null
            ? null
            : new Chunk(header with { Batch = NewBatch(), Count = kinds.Sum(), Kinds = kinds, Terms = TermFilter.Of(terms) }, lines.Take()) { IsCompacted = true };
    }

    private int Copy(Chunk chunk, LineWriter lines, int[] kinds, HashSet<ulong> terms, HashSet<(Guid Id, int Number)> known)
    {
        var copied = 0;
        using var reader = new LineReader(chunk.Payload);
        while (reader.TryRead(out var line))
        {
            var record = schema.ReadIdentity(line);
            if (known.Add((record.Id, record.Number)) || chunk.IsCompacted)
            {
                lines.Write(line);
                lines.Write("\n"u8);
                kinds[record.Kind]++;
                schema.ReadTerms?.Invoke(line, terms);
                copied++;
            }
        }

        return copied;
    }

    // A message that is delivered once more writes a row under its own batch's id: it must not meet this one, which holds more.
    // The time of receipt stays that of the youngest chunk, because retention counts from it.
    private string NewBatch() => BatchId.New(BatchId.ReceivedAt(_sources.Max(source => source.Chunk.Header.Batch)!));
}

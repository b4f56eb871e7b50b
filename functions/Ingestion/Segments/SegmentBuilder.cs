using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;

namespace Serverless.Ingestion.Segments;

/// <summary>Puts records of an hour together into the blocks of a segment, and makes its index.</summary>
/// <param name="schema">What the records are.</param>
/// <param name="partition">Whose they are.</param>
/// <param name="hour">The hour, counted from the year 1.</param>
/// <param name="id">The id of the segment.</param>
internal sealed class SegmentBuilder(ChunkSchema schema, string partition, long hour, string id) : IDisposable
{
    /// <summary>After so many compressed bytes another block begins. What one record and the compressor add to it is far below what a row takes.</summary>
    public const int BlockBytes = 240 * 1024;

    // Indexes have a bit for each block, of 128.
    private const int MaxBlocks = 120;

    private readonly List<ChunkHeader> _blocks = [];
    private readonly List<ulong[]> _terms = [];
    private ChunkWriter? _block;
    private IReadOnlyList<string>? _labels;
    private UInt128 _unindexed;
    private long _size;

    /// <summary>Whether there is no record so far.</summary>
    public bool IsEmpty => _block is null && _blocks.Count == 0;

    /// <summary>Whether a record more has to go to another segment.</summary>
    public bool IsFull => _block is null && _blocks.Count == MaxBlocks;

    /// <summary>Adds a record.</summary>
    /// <param name="line">The record as it is kept, without its line break.</param>
    /// <param name="record">What it is.</param>
    /// <param name="labels">The labels of the chunk that it is from.</param>
    /// <returns>The row of the block that it filled; null when there is room for more.</returns>
    public TableEntity? Add(ReadOnlySpan<byte> line, in RecordIdentity record, IReadOnlyList<string> labels)
    {
        _block ??= new ChunkWriter(schema, id);
        var room = _block.Room(line.Length + 1);
        line.CopyTo(room);
        room[line.Length] = (byte)'\n';
        _block.Append(line.Length + 1, record.Ticks, record.Kind);
        schema.ReadTerms(line, _block.Terms);
        if (!ReferenceEquals(labels, _labels))
        {
            _labels = _labels is null ? labels : [.. _labels.Zip(labels, Label.Merge)];
        }

        return _block.Length >= BlockBytes ? EndBlock() : null;
    }

    /// <summary>Ends the last block.</summary>
    /// <returns>Its row; null when there are no records in it.</returns>
    public TableEntity? EndBlock()
    {
        if (_block is null)
        {
            return null;
        }

        using var block = _block;
        var place = new BlockPlace(id, _blocks.Count);
        var header = block.Header(partition) with { Labels = _labels!, Block = place };
        if (block.Terms.HasOverflowed)
        {
            _unindexed |= UInt128.One << place.Number;
        }

        _terms.Add(block.Terms.HasOverflowed ? [] : block.Terms.ToSortedArray());
        var payload = block.TakePart();
        _size += payload.Length;

        // Where records that are older than their hour come to stand alone, the block keeps its place among those of the hour.
        _blocks.Add(header with { Max = Math.Max(header.Max, hour * TimeSpan.TicksPerHour) });
        (_block, _labels) = (null, null);
        return ChunkRow.Write(schema, new Chunk(header with { Minutes = default }, payload) { IsCompacted = true });
    }

    /// <summary>The segment of all blocks that have been ended.</summary>
    public Segment Build()
    {
        var terms = _terms.Sum(block => block.Length);
        return new(partition, id, hour)
        {
            Blocks = _blocks,
            IndexBits = SegmentIndex.BitsFor(terms),
            Terms = terms,
            Unindexed = _unindexed,
            Size = _size,
        };
    }

    /// <summary>The rows of the segment's index.</summary>
    public IEnumerable<TableEntity> IndexRows(Segment segment) => Enumerable.Range(0, 1 << segment.IndexBits)
        .Select(number => SegmentRow.Index(segment, new(segment.IndexBits, number), _terms));

    /// <inheritdoc/>
    public void Dispose() => _block?.Dispose();
}

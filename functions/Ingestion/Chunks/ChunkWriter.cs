using System.Text;
using Serverless.Ingestion.Index;
using Serverless.Ingestion.Records;
using Serverless.Storage;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// Builds a chunk record by record. What outgrows <see cref="PartBytes"/> is handed out as a part to be staged, so that the
/// memory held does not grow with the batch.
/// </summary>
public sealed class ChunkWriter : IDisposable
{
    /// <summary>
    /// Compressed bytes after which a part is full. A part may exceed it by one record and the compressor's window, and must
    /// still fit a row (<see cref="PayloadColumns.MaxBytes"/>).
    /// </summary>
    public const int PartBytes = 512 * 1024;

    private readonly ChunkSchema _schema;
    private readonly LineWriter _lines = new();
    private readonly int[] _kinds;
    private readonly byte[]?[] _labels;
    private readonly bool[] _mixed;
    private readonly MinuteCounts? _minutes;
    private long _min = long.MaxValue;
    private long _max = long.MinValue;

    /// <summary>Begins a chunk.</summary>
    /// <param name="schema">What its header counts.</param>
    /// <param name="batch">The id of the batch, from <see cref="BatchId"/>.</param>
    public ChunkWriter(ChunkSchema schema, string batch)
    {
        _schema = schema;
        _kinds = new int[schema.Kinds.Count];
        _labels = new byte[]?[schema.Labels.Count];
        _mixed = new bool[schema.Labels.Count];
        _minutes = schema.CountsMinutes ? new MinuteCounts(schema.Kinds.Count) : null;
        Batch = batch;
    }

    /// <summary>The id of the batch.</summary>
    public string Batch { get; }

    /// <summary>The terms of the records, as far as whoever appends them says so.</summary>
    public TermSet Terms { get; } = new();

    /// <summary>How many records were appended.</summary>
    public int Count { get; private set; }

    /// <summary>How many compressed bytes there are of the part so far, beside what the compressor still holds.</summary>
    public long Length => _lines.Length;

    /// <summary>Whether a part is full and has to be taken.</summary>
    public bool PartIsFull => Length >= PartBytes;

    /// <summary>Appends a record.</summary>
    /// <param name="line">One line of JSON, its line break included.</param>
    /// <param name="ticks">The time of the record, UTC.</param>
    /// <param name="kind">Which of the schema's kinds it is.</param>
    public void Append(ReadOnlySpan<byte> line, long ticks, int kind)
    {
        line.CopyTo(Room(line.Length));
        Append(line.Length, ticks, kind);
    }

    /// <summary>Room for a record that is put together where it stays.</summary>
    /// <param name="size">The most bytes it may take.</param>
    public Span<byte> Room(int size) => _lines.GetSpan(size);

    /// <summary>Appends the record that was written to the <see cref="Room"/>.</summary>
    /// <param name="length">The length of its line, the line break included.</param>
    /// <param name="ticks">The time of the record, UTC.</param>
    /// <param name="kind">Which of the schema's kinds it is.</param>
    public void Append(int length, long ticks, int kind)
    {
        _lines.Advance(length);
        _min = Math.Min(_min, ticks);
        _max = Math.Max(_max, ticks);
        _kinds[kind]++;
        _minutes?.Add(ticks, kind);
        Count++;
    }

    /// <summary>Says which value the record just appended has for a label; an empty one when it lacks the field.</summary>
    public void Mark(int label, ReadOnlySpan<byte> value)
    {
        if (Count == 1)
        {
            _labels[label] = value.ToArray();
        }
        else if (!_mixed[label])
        {
            _mixed[label] = !value.SequenceEqual(_labels[label]);
        }
    }

    /// <summary>Takes what was compressed so far as a part of its own; the next record begins another.</summary>
    public ReadOnlyMemory<byte> TakePart() => _lines.Take();

    /// <summary>Ends the last part without taking it: it is lent, and good until this is disposed.</summary>
    public ReadOnlyMemory<byte> FinishPart() => _lines.Finish();

    /// <summary>The header of all records appended. A label that was not marked counts as mixed.</summary>
    public ChunkHeader Header(string partition) => new()
    {
        Partition = partition,
        Batch = Batch,
        Count = Count,
        Min = _min,
        Max = _max,
        Kinds = [.. _kinds],
        Minutes = _minutes?.Encode() ?? default,
        Labels = [.. _schema.Labels.Select((_, index) => _mixed[index] || _labels[index] is null ? Label.Mixed : Label.Uniform(Encoding.UTF8.GetString(_labels[index]!)))],
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        Terms.Dispose();
    }
}

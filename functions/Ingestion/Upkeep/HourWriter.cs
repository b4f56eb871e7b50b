using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Ingestion.Segments;

namespace Serverless.Ingestion.Upkeep;

/// <summary>Writes the records of an hour, each once, into a segment, or several if there are very many.</summary>
/// <param name="schema">What the records are.</param>
/// <param name="partition">Whose they are.</param>
/// <param name="hour">The hour, counted from the year 1.</param>
/// <param name="youngest">When the youngest of them came in: from then on counts how long they are kept.</param>
/// <param name="known">Those that are stored already.</param>
internal sealed class HourWriter(ChunkSchema schema, string partition, long hour, DateTimeOffset youngest, HashSet<RecordIdentity> known) : IDisposable
{
    private readonly List<SegmentBuilder> _builders = [];

    /// <summary>Adds all records of a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="labels">The labels of the chunk that they are from.</param>
    /// <returns>The rows of the blocks that were filled, each with its segment, as far as it is known.</returns>
    public List<(Segment Segment, TableEntity Row)> Add(ReadOnlyMemory<byte> payload, IReadOnlyList<string> labels)
    {
        var rows = new List<(Segment, TableEntity)>();
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            Add(line, schema.ReadIdentity(line), labels, rows);
        }

        return rows;
    }

    /// <summary>Adds a record.</summary>
    /// <param name="line">The record as it is kept.</param>
    /// <param name="record">What it is.</param>
    /// <param name="labels">The labels of the chunk that it is from.</param>
    /// <param name="rows">Takes the row of the block that it filled, with its segment, as far as it is known.</param>
    public void Add(ReadOnlySpan<byte> line, in RecordIdentity record, IReadOnlyList<string> labels, List<(Segment Segment, TableEntity Row)> rows)
    {
        if (!known.Add(record))
        {
            return;
        }

        if (_builders is [] or [.., { IsFull: true }])
        {
            _builders.Add(new SegmentBuilder(schema, partition, hour, BatchId.New(youngest)));
        }

        if (_builders[^1].Add(line, record, labels) is { } row)
        {
            rows.Add((_builders[^1].Build() with { IndexBits = -1 }, row));
        }
    }

    /// <summary>Ends the segments.</summary>
    /// <returns>Each with its last rows: those of the last block and of the index.</returns>
    public IEnumerable<(Segment Segment, IEnumerable<TableEntity> Rows)> Finish()
    {
        foreach (var builder in _builders)
        {
            var last = builder.EndBlock();
            var segment = builder.Build();
            yield return (segment, [.. last is null ? [] : new[] { last }, .. builder.IndexRows(segment)]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _builders.ForEach(static builder => builder.Dispose());
}

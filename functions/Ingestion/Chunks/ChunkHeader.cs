using System.Text.Json.Serialization;
using Serverless.Ingestion.Index;

namespace Serverless.Ingestion.Chunks;

/// <summary>What can be known of a chunk without opening it.</summary>
public sealed record ChunkHeader
{
    /// <summary>The partition of its table: who the records belong to.</summary>
    public required string Partition { get; init; }

    /// <summary>The batch it came with: 32 hexadecimal digits that sort by time of receipt.</summary>
    public required string Batch { get; init; }

    /// <summary>How many records it holds, at least one.</summary>
    public required int Count { get; init; }

    /// <summary>The time of the oldest record, in ticks of 100 ns, UTC.</summary>
    public required long Min { get; init; }

    /// <summary>The time of the newest record, in ticks of 100 ns, UTC.</summary>
    public required long Max { get; init; }

    /// <summary>How many records there are of each of the schema's kinds.</summary>
    public required IReadOnlyList<int> Kinds { get; init; }

    /// <summary>For each of the schema's labels, what <see cref="Label"/> says of all records together.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Which terms the records may hold, as <see cref="TermFilter"/> says it; empty when nothing is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ReadOnlyMemory<byte> Filter { get; init; }

    /// <summary>How many records there are of each kind in each minute, as <see cref="MinuteCounts"/> says it; empty when that is not known, or all are of one minute.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ReadOnlyMemory<byte> Minutes { get; init; }

    /// <summary>Where it stands in a segment; null for a chunk that stands by itself.</summary>
    [JsonIgnore]
    public BlockPlace? Block { get; init; }

    /// <summary>How many rows its payload was staged in beforehand; 0 when the payload travels with the header.</summary>
    public int Parts { get; init; }

    /// <summary>The span of the request it came with, as a <c>traceparent</c>; null when nobody recorded one. Told in messages only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>How many bytes of payload follow, when another chunk comes after it; null for the last one of a message. Told in messages only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Length { get; init; }

    /// <summary>The header of two chunks put together; it keeps the first one's batch, and knows nothing of terms.</summary>
    public static ChunkHeader Merge(ChunkHeader first, ChunkHeader second) => first with
    {
        Count = first.Count + second.Count,
        Min = Math.Min(first.Min, second.Min),
        Max = Math.Max(first.Max, second.Max),
        Kinds = [.. first.Kinds.Zip(second.Kinds, (left, right) => left + right)],
        Labels = [.. first.Labels.Zip(second.Labels, Label.Merge)],
        Filter = default,
        Minutes = MinuteCounts.Merge(first, second),
        TraceParent = first.TraceParent ?? second.TraceParent,
    };
}

/// <summary>Where a block of records stands: in a segment, at a place counted from zero.</summary>
/// <param name="Segment">The id of the segment.</param>
/// <param name="Number">The place.</param>
public readonly record struct BlockPlace(string Segment, int Number);

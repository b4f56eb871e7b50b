using Azure;
using Serverless.Ingestion.Chunks;

namespace Serverless.Ingestion.Segments;

/// <summary>
/// The records of an hour that were put together once it was over: blocks of up to a few thousand, an index that says which of them may hold a term, and
/// a head that says what there is. Only what a head names counts; nothing of it is ever changed but by writing the head anew.
/// </summary>
/// <param name="Partition">Who the records belong to.</param>
/// <param name="Id">The id, a <see cref="BatchId"/>: when the youngest of its records came in.</param>
/// <param name="Hour">The hour of its records, counted from the year 1. A record may be up to two hours older than its hour, if it came with one that is not.</param>
internal sealed record Segment(string Partition, string Id, long Hour)
{
    /// <summary>What its blocks hold, each at its place. A block of which nothing is left has no records.</summary>
    public required IReadOnlyList<ChunkHeader> Blocks { get; init; }

    /// <summary>How many bits tell the buckets of its index; -1 when it has none.</summary>
    public required int IndexBits { get; init; }

    /// <summary>How many terms its index has, counted block by block.</summary>
    public int Terms { get; init; }

    /// <summary>The blocks that the index says nothing of, a bit for each: they hold too many terms.</summary>
    public UInt128 Unindexed { get; init; }

    /// <summary>When its head was written, by the table's clock; null before that.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>The version of its head.</summary>
    public ETag Version { get; init; }

    /// <summary>How many bytes its blocks have, compressed.</summary>
    public long Size { get; init; }

    /// <summary>The keys of all rows of its index.</summary>
    public IEnumerable<string> IndexKeys => IndexBits < 0
        ? []
        : Enumerable.Range(0, 1 << IndexBits).Select(number => SegmentKey.Index(new(IndexBits, number), Hour, Id));
}

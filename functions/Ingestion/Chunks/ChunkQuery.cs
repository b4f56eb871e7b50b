using Serverless.Times;

namespace Serverless.Ingestion.Chunks;

/// <summary>What a reader wants of a partition, as far as headers can tell.</summary>
/// <param name="Partition">Whose records.</param>
/// <param name="Range">The times of the records.</param>
public sealed record ChunkQuery(string Partition, TimeRange Range)
{
    /// <summary>The kinds wanted, by their place in the schema; none means all.</summary>
    public IReadOnlyList<int> Kinds { get; init; } = [];

    /// <summary>The terms that a chunk must possibly hold, all of them.</summary>
    public IReadOnlyList<ulong> Terms { get; init; } = [];

    /// <summary>The earliest time of storing, by the table's clock; null for all.</summary>
    public DateTimeOffset? StoredSince { get; init; }

    /// <summary>The labels wanted: place in the schema, and value.</summary>
    public IReadOnlyList<(int Label, string Value)> Labels { get; init; } = [];
}

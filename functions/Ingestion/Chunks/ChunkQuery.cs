using Serverless.Ingestion.Index;
using Serverless.Times;

namespace Serverless.Ingestion.Chunks;

/// <summary>What a reader wants of a partition, as far as headers can tell.</summary>
/// <param name="Partition">Whose records.</param>
/// <param name="Range">The times of the records.</param>
public sealed record ChunkQuery(string Partition, TimeRange Range)
{
    /// <summary>The kinds wanted, by their place in the schema; none means all.</summary>
    public IReadOnlyList<int> Kinds { get; init; } = [];

    /// <summary>What the terms of a record have to be.</summary>
    public TermQuestion Terms { get; init; } = TermQuestion.Anything;

    /// <summary>Whether headers shall tell the minutes of records.</summary>
    public bool WithMinutes { get; init; }

    /// <summary>The earliest time of storing, by the table's clock; null for all. What was put together after its hour was over is no news, and left out then.</summary>
    public DateTimeOffset? StoredSince { get; init; }

    /// <summary>What the question costs.</summary>
    public ReadCost Cost { get; init; } = new();

    /// <summary>The labels wanted: place in the schema, and value.</summary>
    public IReadOnlyList<(int Label, string Value)> Labels { get; init; } = [];

    /// <summary>Whether a chunk may hold something, as far as its header tells, terms aside.</summary>
    public bool MayMatch(ChunkHeader header) =>
        header.Count > 0
        && header.Min <= Range.To
        && header.Max >= Range.From
        && (Kinds.Count == 0 || Kinds.Any(kind => header.Kinds[kind] > 0))
        && Labels.All(wanted => header.Labels[wanted.Label] == Label.Mixed || header.Labels[wanted.Label] == Label.Uniform(wanted.Value));
}

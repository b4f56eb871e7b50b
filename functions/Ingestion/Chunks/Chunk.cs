using Serverless.Ingestion.Index;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// The records of one batch, validated and normalized, as gzip-compressed lines of JSON. The queue carries it and the table
/// keeps it in this same form. Because gzip members can follow one another, two chunks are put together by concatenation.
/// </summary>
/// <param name="Header">What can be known without opening it.</param>
/// <param name="Payload">The compressed lines; empty when the header counts staged parts instead.</param>
public sealed record Chunk(ChunkHeader Header, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Whether it may be sent again under the same batch, so that it must not be put together with another.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>The terms of its records, while it is on its way in: a set for each batch in it; empty when they are not known.</summary>
    public IReadOnlyList<TermSet> Terms { get; init; } = [];

    /// <summary>When the table took it, by the table's clock; null before that.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>Whether it was put together from others after its hour was over, with no record twice.</summary>
    public bool IsCompacted { get; init; }

    /// <summary>Whether its payload was left in the table, where <see cref="ChunkStore.OpenAsync"/> finds it.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Puts two chunks of one partition together.</summary>
    public static Chunk Merge(Chunk first, Chunk second)
    {
        var payload = new byte[first.Payload.Length + second.Payload.Length];
        first.Payload.CopyTo(payload);
        second.Payload.CopyTo(payload.AsMemory(first.Payload.Length));
        return new Chunk(ChunkHeader.Merge(first.Header, second.Header), payload)
        {
            Terms = first.Terms.Count > 0 && second.Terms.Count > 0 ? [.. first.Terms, .. second.Terms] : [],
        };
    }
}

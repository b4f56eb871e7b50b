namespace Serverless.Ingestion;

/// <summary>What the chunks of one surface have in common: where they go, and what their headers say of the records within.</summary>
/// <param name="Table">The table that keeps them.</param>
/// <param name="Queue">The queue that carries them there.</param>
/// <param name="Kinds">The values a record is counted by, such as levels; each is a column with the number of such records.</param>
/// <param name="Labels">The fields a chunk may be uniform in; each is a column that lets a reader pass the whole chunk over.</param>
public sealed record ChunkSchema(string Table, string Queue, IReadOnlyList<string> Kinds, IReadOnlyList<string> Labels)
{
    /// <summary>Reads what tells a record from all others, and its kind.</summary>
    public required RecordReader ReadRecord { get; init; }
}

/// <summary>Reads a stored record.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
public delegate RecordIdentity RecordReader(ReadOnlySpan<byte> line);

/// <summary>What tells a record from all others, and which of the schema's kinds it is.</summary>
/// <param name="Id">Its id, or its batch's.</param>
/// <param name="Number">Its place in the batch, when the id is the batch's.</param>
/// <param name="Kind">Its kind, by its place in the schema.</param>
public readonly record struct RecordIdentity(Guid Id, int Number, int Kind);

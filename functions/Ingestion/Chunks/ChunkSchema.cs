namespace Serverless.Ingestion.Chunks;

/// <summary>What the chunks of one surface have in common: where they go, and what their headers say of the records within.</summary>
/// <param name="Table">The table that keeps them.</param>
/// <param name="Queue">The queue that carries them there.</param>
/// <param name="Kinds">The values a record is counted by, such as levels; each is a column with the number of such records.</param>
/// <param name="Labels">The fields a chunk may be uniform in; each is a column that lets a reader pass the whole chunk over.</param>
public sealed record ChunkSchema(string Table, string Queue, IReadOnlyList<string> Kinds, IReadOnlyList<string> Labels)
{
    /// <summary>Reads what tells a record from all others, and its kind.</summary>
    public required IdentityReader ReadIdentity { get; init; }

    /// <summary>Reads where a record came from.</summary>
    public required ReceiptReader ReadReceipt { get; init; }

    /// <summary>Reads the terms that readers look for; null when headers say nothing of terms.</summary>
    public TermReader? ReadTerms { get; init; }
}

/// <summary>Reads what tells a stored record from all others.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
public delegate RecordIdentity IdentityReader(ReadOnlySpan<byte> line);

/// <summary>Reads the id of a stored record, as its readers know it, and when it was received, in milliseconds since 1970.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
public delegate (string Id, long ReceivedAt) ReceiptReader(ReadOnlySpan<byte> line);

/// <summary>Reads the terms of a stored record, as <see cref="TermFilter"/> makes them.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
/// <param name="terms">Takes them.</param>
public delegate void TermReader(ReadOnlySpan<byte> line, ISet<ulong> terms);

/// <summary>What tells a record from all others, and which of the schema's kinds it is.</summary>
/// <param name="Id">Its id, or its batch's.</param>
/// <param name="Number">Its place in the batch, when the id is the batch's.</param>
/// <param name="Kind">Its kind, by its place in the schema.</param>
public readonly record struct RecordIdentity(Guid Id, int Number, int Kind);

using Serverless.Ingestion.Index;
using Serverless.Ingestion.Records;

namespace Serverless.Ingestion.Chunks;

/// <summary>What the chunks of one surface have in common: where they go, and what their headers say of the records within.</summary>
/// <param name="Table">The table that keeps them.</param>
/// <param name="Queue">The queue that carries them there.</param>
/// <param name="Kinds">The values a record is counted by, such as levels; each is a column with the number of such records.</param>
/// <param name="Labels">The fields a chunk may be uniform in; each is a column that lets a reader pass the whole chunk over.</param>
public sealed record ChunkSchema(string Table, string Queue, IReadOnlyList<string> Kinds, IReadOnlyList<string> Labels)
{
    /// <summary>Reads what tells the records of a payload from all others.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="take">Takes it, for each.</param>
    /// <exception cref="FormatException">A record cannot be read; those before it were taken.</exception>
    public void ReadIdentities(ReadOnlyMemory<byte> payload, Action<RecordIdentity> take)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            take(ReadIdentity(line));
        }
    }

    // Looking for more batches than this costs more than looking at everything.
    private const int MaxBatches = 12;

    /// <summary>Reads what tells a record from all others, and its kind.</summary>
    public required IdentityReader ReadIdentity { get; init; }

    /// <summary>Reads where a record came from.</summary>
    public required ReceiptReader ReadReceipt { get; init; }

    /// <summary>Reads the terms that readers look for.</summary>
    public required TermReader ReadTerms { get; init; }

    /// <summary>Whose records a partition holds.</summary>
    public Func<string, string> TenantOf { get; init; } = static partition => partition;

    /// <summary>
    /// The term of the batch that a record came with, whose id is part of its own, for records of which a message that is delivered again may bring another copy; null where every record
    /// is stored once.
    /// </summary>
    public Func<Guid, ulong>? TermOfBatch { get; init; }

    /// <summary>The question for records that came with one of some batches.</summary>
    public TermQuestion QuestionOf(IReadOnlySet<Guid> batches) => TermOfBatch is { } termOf && batches.Count <= MaxBatches
        ? TermQuestion.Or(batches.Select(batch => TermQuestion.Of(termOf(batch))))
        : TermQuestion.Anything;

    /// <summary>Whether headers tell the minutes of records: where something else sums up what happened when, nobody asks for them.</summary>
    public bool CountsMinutes { get; init; }
}

/// <summary>Reads what tells a stored record from all others.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
public delegate RecordIdentity IdentityReader(ReadOnlySpan<byte> line);

/// <summary>Reads the id of a stored record, as its readers know it, and when it was received, in milliseconds since 1970.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
public delegate (string Id, long ReceivedAt) ReceiptReader(ReadOnlySpan<byte> line);

/// <summary>Reads the terms of a stored record.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
/// <param name="terms">Takes them.</param>
public delegate void TermReader(ReadOnlySpan<byte> line, TermSet terms);

/// <summary>What tells a record from all others, and which of the schema's kinds it is.</summary>
/// <param name="Id">Its id, or its batch's.</param>
/// <param name="Number">Its place in the batch, when the id is the batch's.</param>
/// <param name="Kind">Its kind, by its place in the schema.</param>
/// <param name="Ticks">The time that counts, in ticks, UTC.</param>
public readonly record struct RecordIdentity(Guid Id, int Number, int Kind, long Ticks);

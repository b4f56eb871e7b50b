namespace Serverless.Benchmarks.Ingest;

/// <summary>What is sent in one pass.</summary>
/// <param name="Kind">What the records are.</param>
/// <param name="BatchSize">How many there are in a batch.</param>
/// <param name="Batches">How many batches are sent.</param>
internal sealed record IngestShape(RecordKind Kind, int BatchSize, int Batches)
{
    /// <summary>How many requests are under way at a time.</summary>
    public const int Callers = 16;

    /// <summary>All records of a pass.</summary>
    public int Records => BatchSize * Batches;

    /// <summary>Fewer batches of the same size: for whoever is slow.</summary>
    public IngestShape AtMost(int records) => this with { Batches = Math.Clamp(records / BatchSize, 1, Batches) };

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}, {BatchSize:#,0} a batch";
}

/// <summary>What a record is.</summary>
internal enum RecordKind
{
    /// <summary>A log entry.</summary>
    Logs,

    /// <summary>A log entry, as a log record of OpenTelemetry.</summary>
    Exports,

    /// <summary>A log entry that says what such a log record does.</summary>
    Exported,

    /// <summary>An LLM event.</summary>
    Events,
}

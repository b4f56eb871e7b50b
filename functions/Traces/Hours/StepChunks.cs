using Serverless.Ingestion.Chunks;
using Serverless.Redaction;
using Serverless.Traces.Events;

namespace Serverless.Traces.Hours;

/// <summary>
/// How steps are chunked, the spans of traces that call no model. They are kept beside the events of their project, in a partition of its own: so that no list and
/// no figure of events has to pass them over. A step has the fields of an event as far as it knows them, its id among them, by which one that comes again is known.
/// </summary>
internal static class StepChunks
{
    private const string Suffix = "-steps";

    /// <summary>The partition of a project's steps.</summary>
    public static string PartitionOf(string project) => project + Suffix;

    /// <summary>Whether a partition is one of steps.</summary>
    public static bool Are(string partition) => partition.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The project that a partition belongs to, be it one of events or of steps.</summary>
    public static string ProjectOf(string partition) => Are(partition) ? partition[..^Suffix.Length] : partition;

    /// <summary>Appends steps to a batch.</summary>
    /// <param name="lines">The steps, one a line, each but for its receipt as it is kept.</param>
    /// <param name="upload">The batch.</param>
    /// <param name="rules">What is taken out of them, as far as that is known already.</param>
    public static void Append(ReadOnlySpan<byte> lines, ChunkUpload upload, RedactionRules rules)
    {
        var redaction = new StepRedaction(rules);
        var receipt = StoredEvent.ReceiptOf(upload.Chunk.Batch);
        while (!lines.IsEmpty)
        {
            var sent = lines[..lines.IndexOf((byte)'\n')];
            lines = lines[(sent.Length + 1)..];
            var line = redaction.Redact(sent);
            var stored = upload.Chunk.Room(line.Length + receipt.Length + 1)[..(line.Length + receipt.Length + 1)];
            line[..StoredEvent.EndOfId].CopyTo(stored);
            receipt.CopyTo(stored[StoredEvent.EndOfId..]);
            line[StoredEvent.EndOfId..].CopyTo(stored[(StoredEvent.EndOfId + receipt.Length)..]);
            stored[^1] = (byte)'\n';
            Append(stored, upload.Chunk);
            if (upload.IsFull)
            {
                upload.SetAside();
            }
        }
    }

    /// <summary>Redacts the steps of an upload anew, unless they were by the same rules.</summary>
    public static void Redact(ChunkUpload upload, RedactionRules known, RedactionRules rules)
    {
        if (rules != known)
        {
            var redaction = new StepRedaction(rules);
            upload.Rewrite((line, chunk) =>
            {
                var redacted = redaction.Redact(line);
                var stored = chunk.Room(redacted.Length + 1)[..(redacted.Length + 1)];
                redacted.CopyTo(stored);
                stored[^1] = (byte)'\n';
                Append(stored, chunk);
            });
        }
    }

    // What was written to the chunk's room.
    private static void Append(ReadOnlySpan<byte> stored, ChunkWriter chunk)
    {
        var (ticks, status) = new StoredEvent(stored[..^1]).ReadTimeAndStatus();
        TraceTerms.Add(stored[..^1], chunk.Terms);
        chunk.Append(stored.Length, ticks, status);
    }
}

using System.Globalization;
using System.Text;
using Serverless.Ingestion.Chunks;
using Serverless.Traces.Events;

namespace Serverless.Traces.Hours;

/// <summary>
/// How steps are chunked, the spans of traces that call no model. They are kept beside the events of their project, in a partition of its own: so that no list and
/// no figure of events has to pass them over. A step has the fields of an event as far as it knows them, its id among them, by which one that comes again is known.
/// </summary>
internal static class StepChunks
{
    private const string Suffix = "-steps";

    // {"event_id":"01234567-89ab-cdef-0123-456789abcdef"
    private const int EndOfId = 50;

    /// <summary>The partition of a project's steps.</summary>
    public static string PartitionOf(string project) => project + Suffix;

    /// <summary>Whether a partition is one of steps.</summary>
    public static bool Are(string partition) => partition.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The project that a partition belongs to, be it one of events or of steps.</summary>
    public static string ProjectOf(string partition) => Are(partition) ? partition[..^Suffix.Length] : partition;

    /// <summary>Appends steps to a batch.</summary>
    /// <param name="lines">The steps, one a line, each but for its receipt as it is kept.</param>
    /// <param name="upload">The batch.</param>
    public static void Append(ReadOnlySpan<byte> lines, ChunkUpload upload)
    {
        var receivedAt = BatchId.ReceivedAt(upload.Chunk.Batch).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var receipt = Encoding.ASCII.GetBytes($",\"received_at\":\"{receivedAt}\"");
        while (!lines.IsEmpty)
        {
            var line = lines[..(lines.IndexOf((byte)'\n') + 1)];
            lines = lines[line.Length..];
            var stored = upload.Chunk.Room(line.Length + receipt.Length)[..(line.Length + receipt.Length)];
            line[..EndOfId].CopyTo(stored);
            receipt.CopyTo(stored[EndOfId..]);
            line[EndOfId..].CopyTo(stored[(EndOfId + receipt.Length)..]);
            var (ticks, status) = new StoredEvent(stored[..^1]).ReadTimeAndStatus();
            TraceTerms.Add(stored[..^1], upload.Chunk.Terms);
            upload.Chunk.Append(stored.Length, ticks, status);
            if (upload.IsFull)
            {
                upload.SetAside();
            }
        }
    }
}

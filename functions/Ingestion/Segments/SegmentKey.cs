using System.Globalization;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Ingestion.Segments;

/// <summary>
/// The row keys of segments. Heads stand together, those of the newest hours first, so that one page of them tells of a month. Blocks are found by their
/// heads. Rows of the index stand by what they are about, and then by hour: a question about a term reads one range.
/// </summary>
internal static class SegmentKey
{
    // Sorts after the heads, all of which have a digit here.
    private const string NotePrefix = "shz-";

    private static readonly long LastHour = DateTime.MaxValue.Ticks / TimeSpan.TicksPerHour;

    /// <summary>The head of a segment.</summary>
    public static string Head(long hour, string segment) => $"sh{Inverted(hour)}-{segment}";

    /// <summary>A row of the index of a segment.</summary>
    public static string Index(IndexBucket bucket, long hour, string segment) => $"{Prefix(bucket)}-{Inverted(hour)}-{segment}";

    /// <summary>The note that a segment is being written, or is to be removed.</summary>
    public static string Note(string segment) => $"{NotePrefix}{segment}";

    /// <summary>The heads of hours that may hold records of a time.</summary>
    public static RowKeyRange HeadsBetween(TimeRange range) => HeadsBetween(HoursOf(range));

    /// <summary>The heads of some hours, both ends included.</summary>
    public static RowKeyRange HeadsBetween((long First, long Last) hours) => new($"sh{Inverted(hours.Last)}-", $"sh{Inverted(hours.First)}.");

    /// <summary>The heads of an hour and of all hours before it, and all notes: they come right after.</summary>
    public static RowKeyRange HeadsUntilAndNotes(long hour) => new($"sh{Inverted(hour)}-", "sh~");

    /// <summary>Whether a row is a note.</summary>
    public static bool IsNote(string rowKey) => rowKey.StartsWith(NotePrefix, StringComparison.Ordinal);

    /// <summary>The segment of a note.</summary>
    public static string OfNote(string rowKey) => rowKey[NotePrefix.Length..];

    /// <summary>The blocks of a segment.</summary>
    public static RowKeyRange BlocksOf(string segment) => new($"{ChunkKey.BlockPrefix}{segment}-", $"{ChunkKey.BlockPrefix}{segment}.");

    /// <summary>The rows of a bucket of the index for some hours, both ends included.</summary>
    public static RowKeyRange IndexBetween(IndexBucket bucket, (long First, long Last) hours) =>
        new($"{Prefix(bucket)}-{Inverted(hours.Last)}-", $"{Prefix(bucket)}-{Inverted(hours.First)}.");

    /// <summary>The hour and the segment of the row of a head.</summary>
    public static (long Hour, string Segment) OfHead(string rowKey) =>
        (LastHour - long.Parse(rowKey.AsSpan(2, 8), NumberStyles.None, CultureInfo.InvariantCulture), rowKey[11..]);

    /// <summary>The place of a block among those of its segment.</summary>
    public static int NumberOfBlock(string rowKey) => int.Parse(rowKey.AsSpan(rowKey.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The segment of a row of the index.</summary>
    public static string SegmentOfIndex(string rowKey) => rowKey[(rowKey.LastIndexOf('-') + 1)..];

    // A segment is of the hour of its newest records; the oldest may be as much older as a narrow chunk is long.
    private static (long First, long Last) HoursOf(TimeRange range) => (
        range.From / TimeSpan.TicksPerHour,
        Math.Min(range.To, DateTime.MaxValue.Ticks - ChunkKey.NarrowSpan) is var to ? (to + ChunkKey.NarrowSpan) / TimeSpan.TicksPerHour : 0);

    private static string Prefix(IndexBucket bucket) => string.Create(CultureInfo.InvariantCulture, $"si{bucket.Bits:D2}{bucket.Number:D4}");

    private static string Inverted(long hour) => (LastHour - hour).ToString("D8", CultureInfo.InvariantCulture);
}

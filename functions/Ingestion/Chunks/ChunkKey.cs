using System.Globalization;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// The row keys of chunks. Time stands inverted, so that a table reads newest first, and the batch makes the key unique and a
/// repeated write the same write. Chunks that span little time are kept apart from the few that span much: a reader of a
/// past day then knows where to begin, instead of passing over all that is newer.
/// </summary>
public static class ChunkKey
{
    /// <summary>The longest time between the oldest and the newest record of a narrow chunk, in ticks.</summary>
    public const long NarrowSpan = 2 * TimeSpan.TicksPerHour;

    /// <summary>How the row keys of blocks begin.</summary>
    internal const string BlockPrefix = "sb-";

    /// <summary>The row of whoever is dividing wide chunks: it stands right after these.</summary>
    internal const string DivisionTurn = "wz-turn";

    private const char Narrow = 'n';
    private const char Wide = 'w';
    private const char Part = 'p';

    /// <summary>The row key of a chunk, or of a block.</summary>
    public static string Of(ChunkHeader header) => header.Block is { } place
        ? $"{BlockPrefix}{place.Segment}-{place.Number.ToString("D3", CultureInfo.InvariantCulture)}"
        : $"{(IsNarrow(header) ? Narrow : Wide)}{Inverted(header.Max)}-{header.Batch}";

    /// <summary>The row key of a staged part.</summary>
    /// <param name="batch">The batch it belongs to.</param>
    /// <param name="number">Which part it is, from zero.</param>
    public static string OfPart(string batch, int number) => $"{Part}-{batch}-{number.ToString("D4", CultureInfo.InvariantCulture)}";

    /// <summary>The batch that a staged part belongs to.</summary>
    public static string BatchOfPart(string rowKey) => rowKey.Split('-', 3)[1];

    /// <summary>Whether the records of a chunk lie close together in time.</summary>
    public static bool IsNarrow(ChunkHeader header) => header.Max - header.Min <= NarrowSpan;

    /// <summary>The row keys of all narrow chunks that may hold records of a time range.</summary>
    public static RowKeyRange NarrowBetween(TimeRange range) =>
        Between(Narrow, range.From, range.To > DateTime.MaxValue.Ticks - NarrowSpan ? DateTime.MaxValue.Ticks : range.To + NarrowSpan);

    /// <summary>The row keys of all wide chunks that may hold records of a time range.</summary>
    public static RowKeyRange WideBetween(TimeRange range) => Between(Wide, range.From, DateTime.MaxValue.Ticks);

    /// <summary>The row keys of all narrow chunks whose newest record lies in a time range.</summary>
    public static RowKeyRange NarrowEndingIn(TimeRange range) => Between(Narrow, range.From, range.To);

    /// <summary>The row keys of all wide chunks whose newest record lies in a time range.</summary>
    public static RowKeyRange WideEndingIn(TimeRange range) => Between(Wide, range.From, range.To);

    /// <summary>Whether a row is that of a narrow chunk whose newest record is later than a time.</summary>
    public static bool IsNarrowEndingAfter(string rowKey, long ticks) =>
        rowKey[0] == Narrow && string.CompareOrdinal(rowKey, $"{Narrow}{Inverted(ticks)}") < 0;

    /// <summary>The row keys of the staged parts of all batches that came in before a time.</summary>
    public static RowKeyRange PartsBefore(DateTimeOffset time) => new($"{Part}-", $"{Part}-{BatchId.Before(time)}");

    /// <summary>The row keys of the staged parts of one batch.</summary>
    public static RowKeyRange PartsOf(string batch) => new($"{Part}-{batch}-", $"{Part}-{batch}.");

    // The newest record of the chunk lies between the two times. '.' is the character after '-'.
    private static RowKeyRange Between(char span, long oldest, long newest) => new($"{span}{Inverted(newest)}-", $"{span}{Inverted(oldest)}.");

    private static string Inverted(long ticks) => (DateTime.MaxValue.Ticks - ticks).ToString("D19", CultureInfo.InvariantCulture);
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Serverless.Ingestion.Records;

/// <summary>The place of a record in the order of reading: newest first, and among records of one time by falling id.</summary>
/// <param name="Ticks">The record's time, in ticks, UTC.</param>
/// <param name="Id">The record's id.</param>
public readonly record struct RecordPosition(long Ticks, string Id) : IComparable<RecordPosition>
{
    /// <summary>Before the newest record there could be.</summary>
    public static RecordPosition Newest { get; } = new(long.MaxValue, AfterAllIds);

    // Ids are hexadecimal digits and '-': this sorts after every one.
    private const string AfterAllIds = "~";

    /// <summary>The place before all records of a time.</summary>
    public static RecordPosition Before(long ticks) => new(ticks, AfterAllIds);

    /// <summary>Negative when this is read before the other.</summary>
    public int CompareTo(RecordPosition other) =>
        Ticks != other.Ticks ? other.Ticks.CompareTo(Ticks) : string.CompareOrdinal(other.Id, Id);

    /// <summary>Whether this is read before the other.</summary>
    public static bool operator <(RecordPosition left, RecordPosition right) => left.CompareTo(right) < 0;

    /// <summary>Whether this is read after the other.</summary>
    public static bool operator >(RecordPosition left, RecordPosition right) => left.CompareTo(right) > 0;

    /// <summary>Whether this is read before the other, or is the same.</summary>
    public static bool operator <=(RecordPosition left, RecordPosition right) => left.CompareTo(right) <= 0;

    /// <summary>Whether this is read after the other, or is the same.</summary>
    public static bool operator >=(RecordPosition left, RecordPosition right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// Where a page ended, as an opaque text for the next request. It also remembers when the first page was asked for: what came in
/// later does not appear in later pages, so that they show one state of affairs.
/// </summary>
/// <param name="Last">The last record of the page.</param>
/// <param name="AsOf">When the first page was asked for, in milliseconds since 1970.</param>
public readonly record struct RecordCursor(RecordPosition Last, long AsOf)
{
    private const char Separator = '|';

    /// <summary>Reads a cursor; false when the text is not one of ours.</summary>
    public static bool TryParse(string text, out RecordCursor cursor)
    {
        cursor = default;
        if (!Base64Url.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Separator);
        if (parts.Length != 3
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var asOf))
        {
            return false;
        }

        cursor = new(new(ticks, parts[2]), asOf);
        return true;
    }

    /// <summary>The cursor as a text for URLs.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Last.Ticks}{Separator}{AsOf}{Separator}{Last.Id}"));
}

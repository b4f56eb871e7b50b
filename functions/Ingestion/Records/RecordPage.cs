namespace Serverless.Ingestion.Records;

/// <summary>
/// Collects a page: of all records offered, keeps the first in reading order, as many as fit, each once. What it holds is bounded by
/// the page, not by what is searched.
/// </summary>
/// <param name="limit">The most records of a page.</param>
/// <param name="maxBytes">The most bytes of records; one record is always let in.</param>
public sealed class RecordPage(int limit, long maxBytes)
{
    private readonly SortedSet<Entry> _entries = new(Comparer<Entry>.Create((left, right) => left.Place.CompareTo(right.Place)));
    private long _bytes;

    /// <summary>Whether something was left out: there is a next page.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The records, in reading order.</summary>
    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>The place of the last record; null while there is none.</summary>
    public RecordPosition? Last => _entries.Max?.Place;

    /// <summary>Whether a record at this place would get in.</summary>
    public bool Wants(RecordPosition place) => !HasMore || place < Last;

    /// <summary>Offers a record.</summary>
    public void Add(RecordPosition place, ReadOnlySpan<byte> json)
    {
        if (!Wants(place) || !_entries.Add(new(place, json.ToArray())))
        {
            return;
        }

        _bytes += json.Length;
        while (_entries.Count > limit || (_bytes > maxBytes && _entries.Count > 1))
        {
            RemoveLast();
        }
    }

    /// <summary>Leaves out everything from a place on, because not all before it have been offered.</summary>
    public void CutAt(RecordPosition place)
    {
        while (Last >= place)
        {
            RemoveLast();
        }

        HasMore = true;
    }

    private void RemoveLast()
    {
        var last = _entries.Max!;
        _entries.Remove(last);
        _bytes -= last.Json.Length;
        HasMore = true;
    }

    /// <summary>A record of the page.</summary>
    /// <param name="Place">Its place in reading order.</param>
    /// <param name="Json">The record as it is kept.</param>
    public sealed record Entry(RecordPosition Place, byte[] Json);
}

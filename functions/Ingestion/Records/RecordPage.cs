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
    private readonly Dictionary<string, Entry> _firstOfGroups = new(StringComparer.Ordinal);
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
    /// <param name="place">Its place.</param>
    /// <param name="json">The record as it is kept.</param>
    /// <param name="group">Of all records of a group only the first in reading order gets in; null for one that stands for itself.</param>
    public void Add(RecordPosition place, ReadOnlySpan<byte> json, string? group = null)
    {
        if (!Wants(place) || (group is not null && !TryMakeWay(group, place)))
        {
            return;
        }

        var entry = new Entry(place, json.ToArray(), group);
        if (!_entries.Add(entry))
        {
            return;
        }

        _bytes += json.Length;
        if (group is not null)
        {
            _firstOfGroups[group] = entry;
        }

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

    // Whether nothing of the group comes before this place; what comes after it is taken out.
    private bool TryMakeWay(string group, RecordPosition place)
    {
        if (!_firstOfGroups.TryGetValue(group, out var first))
        {
            return true;
        }

        if (place >= first.Place)
        {
            return false;
        }

        Remove(first);
        return true;
    }

    private void RemoveLast()
    {
        Remove(_entries.Max!);
        HasMore = true;
    }

    private void Remove(Entry entry)
    {
        _entries.Remove(entry);
        _bytes -= entry.Json.Length;
        if (entry.Group is not null)
        {
            _firstOfGroups.Remove(entry.Group);
        }
    }

    /// <summary>A record of the page.</summary>
    /// <param name="Place">Its place in reading order.</param>
    /// <param name="Json">The record as it is kept.</param>
    /// <param name="Group">Whose first it is; null when it stands for itself.</param>
    public sealed record Entry(RecordPosition Place, byte[] Json, string? Group);
}

using System.Runtime.InteropServices;
using Azure.Data.Tables;

namespace Serverless.Traces.Hours;

/// <summary>
/// The ids of an hour's events, 16 bytes each, in rows by minute: what a batch adds rewrites only the last row of each minute it touches, and
/// a row that is full is not written again, unless an event turns out to be kept in another hour.
/// </summary>
internal sealed class KnownEvents
{
    /// <summary>The ids after which a minute begins another row.</summary>
    public const int RowIds = 1024;

    /// <summary>The column with the ids of the events that the hour holds.</summary>
    public const string IdsColumn = "Ids";

    private const string ElsewhereColumn = "Elsewhere";
    private const int IdBytes = 16;

    private readonly HashSet<Guid> _all = [];
    private readonly Dictionary<int, (int Number, byte[] Ids, byte[] Elsewhere)> _open = [];

    /// <summary>How many events are known.</summary>
    public int Count => _all.Count;

    /// <summary>Whether an event is stored.</summary>
    public bool Contains(Guid id) => _all.Contains(id);

    /// <summary>Takes a row over that was read.</summary>
    public void Read(TableEntity row)
    {
        var (ids, elsewhere) = (row.GetBinary(IdsColumn)!, row.GetBinary(ElsewhereColumn) ?? []);
        _all.UnionWith(Ids(ids));
        _all.UnionWith(Ids(elsewhere));
        var (minute, number) = (row.GetInt32("Minute")!.Value, row.GetInt32("Number")!.Value);
        if (!_open.TryGetValue(minute, out var open) || number >= open.Number)
        {
            _open[minute] = (number, ids, elsewhere);
        }
    }

    /// <summary>The rows to write for additional events; nothing is changed before <see cref="Read"/> sees them.</summary>
    public IEnumerable<TableEntity> RowsWith(string partition, HourKey hour, IEnumerable<IncomingEvent> events)
    {
        foreach (var minute in events.GroupBy(added => added.Minute))
        {
            var (number, ids, elsewhere) = _open.GetValueOrDefault(minute.Key, (0, [], []));
            if (ids.Length + elsewhere.Length >= RowIds * IdBytes)
            {
                (number, ids, elsewhere) = (number + 1, [], []);
            }

            yield return new(partition, hour.Known(minute.Key, number))
            {
                [IdsColumn] = (byte[])[.. ids, .. Bytes(minute.Select(added => added.Id))],
                [ElsewhereColumn] = elsewhere,
                ["Minute"] = minute.Key,
                ["Number"] = number,
            };
        }
    }

    /// <summary>The ids of the events that a row says the hour holds; none for a row that says nothing of it.</summary>
    public static IReadOnlyList<Guid> IdsOf(TableEntity row) => Ids(row.GetBinary(IdsColumn) ?? []);

    /// <summary>Notes in a row that events are kept in another hour: they stay known, so that no delivery brings them back.</summary>
    /// <returns>Whether the row has any of them.</returns>
    public static bool TryMove(TableEntity row, IReadOnlySet<Guid> moved)
    {
        var here = IdsOf(row).ToLookup(moved.Contains);
        if (!here[true].Any())
        {
            return false;
        }

        row[IdsColumn] = Bytes(here[false]);
        row[ElsewhereColumn] = (byte[])[.. row.GetBinary(ElsewhereColumn) ?? [], .. Bytes(here[true])];
        return true;
    }

    private static Guid[] Ids(byte[] bytes) => MemoryMarshal.Cast<byte, Guid>(bytes).ToArray();

    private static byte[] Bytes(IEnumerable<Guid> ids) => MemoryMarshal.AsBytes<Guid>(ids.ToArray()).ToArray();
}

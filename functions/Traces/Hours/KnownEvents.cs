using System.Runtime.InteropServices;
using Azure.Data.Tables;

namespace Serverless.Traces.Hours;

/// <summary>
/// The ids of an hour's events, 16 bytes each, in rows by minute: what a batch adds rewrites only the last row of each minute it touches, and
/// a row that is full is never written again.
/// </summary>
internal sealed class KnownEvents
{
    /// <summary>The ids after which a minute begins another row.</summary>
    public const int RowIds = 1024;

    private const string IdsColumn = "Ids";
    private const int IdBytes = 16;

    private readonly HashSet<Guid> _all = [];
    private readonly Dictionary<int, (int Number, byte[] Ids)> _open = [];

    /// <summary>How many events are known.</summary>
    public int Count => _all.Count;

    /// <summary>Whether an event is stored.</summary>
    public bool Contains(Guid id) => _all.Contains(id);

    /// <summary>Takes a row over that was read.</summary>
    public void Read(TableEntity row)
    {
        var ids = row.GetBinary(IdsColumn)!;
        foreach (var id in MemoryMarshal.Cast<byte, Guid>(ids))
        {
            _all.Add(id);
        }

        var (minute, number) = (row.GetInt32("Minute")!.Value, row.GetInt32("Number")!.Value);
        if (!_open.TryGetValue(minute, out var open) || number >= open.Number)
        {
            _open[minute] = (number, ids);
        }
    }

    /// <summary>The rows to write for additional events; nothing is changed before <see cref="Read"/> sees them.</summary>
    public IEnumerable<TableEntity> RowsWith(string partition, HourKey hour, IEnumerable<IncomingEvent> events)
    {
        foreach (var minute in events.GroupBy(added => added.Minute))
        {
            var (number, ids) = _open.GetValueOrDefault(minute.Key, (0, []));
            if (ids.Length >= RowIds * IdBytes)
            {
                (number, ids) = (number + 1, []);
            }

            yield return new(partition, hour.Known(minute.Key, number))
            {
                [IdsColumn] = (byte[])[.. ids, .. MemoryMarshal.AsBytes<Guid>(minute.Select(added => added.Id).ToArray())],
                ["Minute"] = minute.Key,
                ["Number"] = number,
            };
        }
    }
}

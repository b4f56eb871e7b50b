using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;

namespace Serverless.Traces.Hours;

/// <summary>
/// All that has to be known of an hour to add events to it: which it holds, and what they sum up to. Complete as of its head's ETag.
/// </summary>
/// <param name="partition">The project.</param>
/// <param name="hour">The hour.</param>
internal sealed class HourState(string partition, HourKey hour)
{
    /// <summary>Every row bears the number of the addition that wrote it.</summary>
    public const string VersionColumn = "Version";

    /// <summary>The head says which row of figures is the last one.</summary>
    public const string NumberColumn = "Number";

    // Figures by this many bytes, some thousand models, are left as they are: the next ones begin anew in another row.
    private const int FiguresBytes = 128 * 1024;

    private readonly KnownEvents _known = new();
    private ETag? _head;
    private int _number;
    private HourSums _sums = HourSums.None;

    /// <summary>How many additions there have been.</summary>
    public long Version { get; private set; }

    /// <summary>What it takes in memory, roughly, by the number of ids.</summary>
    public int Size => 1 + _known.Count;

    /// <summary>Whether an event is stored.</summary>
    public bool Contains(IncomingEvent added) => _known.Contains(added.Id);

    /// <summary>Takes a row over that was read.</summary>
    public void Read(TableEntity row)
    {
        if (row.RowKey == hour.Head)
        {
            ReadHead(row, row.ETag);
        }
        else
        {
            _known.Read(row);
        }
    }

    /// <summary>What adding events changes: rows to be written in one transaction, their chunk among them.</summary>
    /// <param name="events">The events, none of them known.</param>
    public HourAddition Plan(IReadOnlyList<IncomingEvent> events)
    {
        var version = Version + 1;
        var number = _sums.Figures.Length > FiguresBytes ? _number + 1 : _number;
        var sums = (number == _number ? _sums : HourSums.None).With(hour, events);
        var head = new TableEntity(partition, hour.Head) { [NumberColumn] = number };
        var series = new TableEntity(partition, hour.Figures(number));
        sums.Write(head);
        sums.Write(series);
        TableEntity[] ids = [.. _known.RowsWith(partition, hour, events)];
        foreach (var row in ids.Append(head))
        {
            row[VersionColumn] = version;
        }

        // The head guards all the others: as long as it is unchanged, so are they.
        return new(
            head,
            ids,
            [
                _head is { } unchanged ? new(TableTransactionActionType.UpdateReplace, head, unchanged) : new(TableTransactionActionType.Add, head),
                .. ids.Append(series).Append(ChunkRow.Write(TraceChunks.Schema, EventChunk.Of(partition, events))).Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)),
            ]);
    }

    /// <summary>Takes an addition over that was carried out.</summary>
    public void Complete(HourAddition addition, ETag head)
    {
        ReadHead(addition.Head, head);
        foreach (var row in addition.Ids)
        {
            _known.Read(row);
        }
    }

    private void ReadHead(TableEntity row, ETag etag)
    {
        (_head, Version, _number) = (etag, row.GetInt64(VersionColumn)!.Value, row.GetInt32(NumberColumn)!.Value);
        _sums = HourSums.Read(row);
    }
}

/// <summary>An addition to an hour.</summary>
/// <param name="Head">The head as it will be.</param>
/// <param name="Ids">The rows of ids as they will be.</param>
/// <param name="Actions">The transaction: its first action is about the head.</param>
internal sealed record HourAddition(TableEntity Head, IReadOnlyList<TableEntity> Ids, IReadOnlyList<TableTransactionAction> Actions);

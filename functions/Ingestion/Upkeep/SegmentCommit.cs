using Azure;
using Azure.Data.Tables;
using Serverless.Ingestion.Segments;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Writes segments. Their blocks and their indexes go first, and nobody sees them; then one transaction writes their heads and removes what they stand in for,
/// on condition that this is unchanged. A note goes before the first row of a segment and is removed with the commit: rows that a kill leaves behind are found
/// by it. Segments that fit into the last transaction whole need none.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="time">The clock.</param>
internal sealed class SegmentCommit(TableClient table, TimeProvider time)
{
    /// <summary>The most actions of a transaction.</summary>
    public const int MaxActions = 100;

    // A transaction takes 4 MB, and bytes travel as base64.
    private const int MaxBytes = 2 * 1024 * 1024;
    private const int MaxBytesWithHeads = 5 * MaxBytes / 4;

    private readonly List<TableEntity> _rows = [];
    private readonly Dictionary<string, Segment> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Segment> _noted = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Takes rows of a segment, and writes those for which there is no room any more.</summary>
    /// <param name="segment">The segment, as far as it is known.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddAsync(Segment segment, IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            var notes = _waiting.Count + (_waiting.ContainsKey(segment.Id) ? 0 : 1);
            if (_bytes + SizeOf(row) > MaxBytes || _rows.Count + 1 + notes > MaxActions)
            {
                await WriteAsync(cancellationToken);
            }

            _rows.Add(row);
            _bytes += SizeOf(row);
            _waiting[segment.Id] = segment;
        }
    }

    /// <summary>Takes rows of blocks that were filled, each with its segment, as far as it is known.</summary>
    public async Task AddAsync(IEnumerable<(Segment Segment, TableEntity Row)> filled, CancellationToken cancellationToken)
    {
        foreach (var (segment, row) in filled)
        {
            await AddAsync(segment, [row], cancellationToken);
        }
    }

    /// <summary>Takes what writers have left, and ends their segments.</summary>
    /// <returns>The segments.</returns>
    public async Task<IReadOnlyList<Segment>> EndAsync(IEnumerable<HourWriter> writers, CancellationToken cancellationToken)
    {
        var segments = new List<Segment>();
        foreach (var (segment, rows) in writers.SelectMany(writer => writer.Finish()))
        {
            await AddAsync(segment, rows, cancellationToken);
            segments.Add(segment);
        }

        return segments;
    }

    /// <summary>Makes the segments count, in place of what was there.</summary>
    /// <param name="segments">The segments; none when nothing is left of what was there.</param>
    /// <param name="others">What else is done with it; no more than a transaction takes beside a head and a note for each segment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the table says of the other actions, in their order.</returns>
    /// <exception cref="TableTransactionFailedException">Somebody else was at these rows.</exception>
    public async Task<IEnumerable<Response>> CompleteAsync(
        IReadOnlyList<Segment> segments, IReadOnlyList<TableTransactionAction> others, CancellationToken cancellationToken)
    {
        var heads = segments.Select(SegmentRow.Head).ToList();
        if (_noted.Count > 0 || _rows.Count + heads.Count + others.Count > MaxActions || _bytes + heads.Sum(SizeOf) > MaxBytesWithHeads)
        {
            await WriteAsync(cancellationToken);
        }

        TableTransactionAction[] actions =
        [
            .. others,
            .. _rows.Select(Write),
            .. heads.Select(head => new TableTransactionAction(TableTransactionActionType.Add, head)),
            .. _noted.Values.Select(segment => new TableTransactionAction(TableTransactionActionType.Delete, Note(segment), ETag.All)),
        ];
        return (await table.SubmitTransactionAsync(actions, cancellationToken)).Value.Take(others.Count);
    }

    /// <summary>Removes a segment whose place another takes. Readers may still be at its blocks: these go later.</summary>
    public IEnumerable<TableTransactionAction> Replace(Segment segment)
    {
        var head = new TableEntity(segment.Partition, SegmentKey.Head(segment.Hour, segment.Id));
        yield return new(TableTransactionActionType.Delete, head, segment.Version);
        yield return new(TableTransactionActionType.UpsertReplace, Note(segment));
    }

    // The note says how many rows of the index there may be, as soon as that is known.
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        var notes = _waiting.Values.Select(segment => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Note(segment)));
        await table.SubmitTransactionAsync([.. _rows.Select(Write), .. notes], cancellationToken);
        foreach (var (id, segment) in _waiting)
        {
            _noted[id] = segment;
        }

        _rows.Clear();
        _waiting.Clear();
        _bytes = 0;
    }

    private TableEntity Note(Segment segment) => SegmentRow.Note(segment, time.GetUtcNow());

    private static long SizeOf(TableEntity row) => row.Sum(column => column.Value is byte[] bytes ? (long)bytes.Length : 0);

    private static TableTransactionAction Write(TableEntity row) => new(TableTransactionActionType.UpsertReplace, row);
}

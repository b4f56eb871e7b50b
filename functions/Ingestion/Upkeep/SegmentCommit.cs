using Azure.Data.Tables;
using Serverless.Ingestion.Segments;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Writes a segment. Its blocks and its index go first, and nobody sees them; then one transaction writes its head and removes what it stands in for, on
/// condition that this is unchanged. A note goes before the first of its rows and is removed with the commit: rows that a kill leaves behind are found by
/// it. A segment that fits into the last transaction whole needs none.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="time">The clock.</param>
internal sealed class SegmentCommit(TableClient table, TimeProvider time)
{
    private const int MaxActions = 100;

    // A transaction takes 4 MB, and bytes travel as base64.
    private const int MaxBytes = 2 * 1024 * 1024;

    private readonly List<TableEntity> _rows = [];
    private long _bytes;
    private bool _isNoted;

    /// <summary>Takes rows of the segment, and writes those for which there is no room any more.</summary>
    /// <param name="segment">The segment, as far as it is known.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddAsync(Segment segment, IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            var size = row.Sum(column => column.Value is byte[] bytes ? bytes.Length : 0);
            if (_bytes + size > MaxBytes || _rows.Count + 1 == MaxActions)
            {
                await WriteAsync(segment, cancellationToken);
            }

            _rows.Add(row);
            _bytes += size;
        }
    }

    /// <summary>Makes the segment count, in place of what was there.</summary>
    /// <param name="segment">The segment; null when nothing is left of what was there.</param>
    /// <param name="removals">What removes that; no more than a transaction takes beside the head and a note.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TableTransactionFailedException">Somebody else was at these rows.</exception>
    public async Task CompleteAsync(Segment? segment, IReadOnlyList<TableTransactionAction> removals, CancellationToken cancellationToken)
    {
        if (segment is null)
        {
            await table.SubmitTransactionAsync(removals, cancellationToken);
            return;
        }

        if (_isNoted || _rows.Count + removals.Count + 1 > MaxActions)
        {
            await WriteAsync(segment, cancellationToken);
        }

        var actions = _rows.Select(Write).Append(new(TableTransactionActionType.Add, SegmentRow.Head(segment))).Concat(removals);
        if (_isNoted)
        {
            actions = actions.Append(new(TableTransactionActionType.Delete, SegmentRow.Note(segment, time.GetUtcNow()), Azure.ETag.All));
        }

        await table.SubmitTransactionAsync(actions, cancellationToken);
    }

    // The note says how many rows of the index there may be, as soon as that is known.
    private async Task WriteAsync(Segment segment, CancellationToken cancellationToken)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        await table.SubmitTransactionAsync(
            _rows.Select(Write).Append(new(TableTransactionActionType.UpsertReplace, SegmentRow.Note(segment, time.GetUtcNow()))), cancellationToken);
        _rows.Clear();
        (_bytes, _isNoted) = (0, true);
    }

    private static TableTransactionAction Write(TableEntity row) => new(TableTransactionActionType.UpsertReplace, row);
}

using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Ingestion.Segments;
using Serverless.Times;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Removes what is past retention, of one partition. A chunk is when its newest record is, and it also came in that long ago:
/// whoever sends old records today keeps them as long as everybody else. Of chunks of the version before, whose newest record may lie
/// far ahead, only the receipt counts.
/// </summary>
/// <param name="table">The table of the chunks.</param>
/// <param name="schema">What their headers say.</param>
/// <param name="partition">The partition.</param>
internal sealed class ChunkRetention(TableClient table, ChunkSchema schema, string partition)
{
    // No request and no ordinary retry takes this long.
    private static readonly TimeSpan ShortestLifeOfParts = TimeSpan.FromDays(8);

    // Longer than it takes to write a segment, and than anybody reads one whose place was taken.
    private static readonly TimeSpan ShortestLifeOfNotes = TimeSpan.FromMinutes(30);

    /// <summary>Removes the narrow chunks and the segments whose time is over, and the parts that never became a chunk.</summary>
    /// <param name="now">The present.</param>
    /// <param name="retention">How long records are kept.</param>
    /// <param name="firstRow">The key of the partition's first row: if there are narrow chunks that end far ahead, it tells.</param>
    /// <param name="cancellationToken">Ends the work between two transactions; the next run goes on.</param>
    /// <returns>How many rows were removed.</returns>
    public async Task<int> RunAsync(DateTimeOffset now, TimeSpan retention, string firstRow, CancellationToken cancellationToken)
    {
        var removal = new RowRemoval(table, partition);
        var past = new TimeRange(0, (now - retention).UtcTicks);
        var ahead = new TimeRange((now + RecordTime.MaxAhead).UtcTicks, DateTime.MaxValue.Ticks);
        if (ChunkKey.IsNarrowEndingAfter(firstRow, ahead.From))
        {
            await RemoveChunksAsync(ChunkRow.Filter(partition, ChunkKey.NarrowEndingIn(ahead), now - retention), removal, cancellationToken);
        }

        await RemoveChunksAsync(ChunkRow.Filter(partition, ChunkKey.NarrowEndingIn(past), now - retention), removal, cancellationToken);
        await RemoveSegmentsAsync(now, retention, removal, cancellationToken);
        await RemoveUnusedPartsAsync(now - (retention > ShortestLifeOfParts ? retention : ShortestLifeOfParts), removal, cancellationToken);
        await removal.CompleteAsync(cancellationToken);
        return removal.Removed;
    }

    /// <summary>Removes other rows whose time is over, unless they were written since.</summary>
    /// <param name="rows">Which.</param>
    /// <param name="now">The present.</param>
    /// <param name="cancellationToken">Ends the work between two transactions; the next run goes on.</param>
    /// <returns>How many rows were removed.</returns>
    public async Task<int> RemoveAsync(AgingRows rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removal = new RowRemoval(table, partition);
        var (keys, before) = (rows.Before(now - rows.Retention), now - rows.Retention);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {keys.From} and RowKey lt {keys.To} and Timestamp lt {before}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
        {
            await removal.AddAsync(row.RowKey, cancellationToken);
        }

        await removal.CompleteAsync(cancellationToken);
        return removal.Removed;
    }

    // The rest of a segment goes before its head, or the note that tells of it, for the same reason.
    private async Task RemoveSegmentsAsync(DateTimeOffset now, TimeSpan retention, RowRemoval removal, CancellationToken cancellationToken)
    {
        var filter = SegmentRow.PastFilter(partition, now - retention, now - ShortestLifeOfNotes);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var segment = SegmentKey.IsNote(row.RowKey) ? SegmentRow.ReadNote(row) : SegmentRow.ReadHead(partition, row);
            foreach (var key in segment.IndexKeys)
            {
                await removal.AddAsync(key, cancellationToken);
            }

            await removal.AddRangeAsync(SegmentKey.BlocksOf(segment.Id), cancellationToken);
            await removal.AddAsync(row.RowKey, cancellationToken);
        }
    }

    private async Task RemoveChunksAsync(string filter, RowRemoval removal, CancellationToken cancellationToken)
    {
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ChunkRow.HeaderColumns(schema, new(partition, new(0, 0))), cancellationToken: cancellationToken))
        {
            await removal.AddChunkAsync(ChunkRow.Read(schema, row).Header, cancellationToken);
        }
    }

    // The request that staged them may have failed, or the message that names them may still wait to be delivered: messages do
    // not expire, and those set aside as poison are replayed by hand. So unused parts are kept for as long as the records in
    // them would have been; after that, nothing is lost that would not be gone anyway.
    private async Task RemoveUnusedPartsAsync(DateTimeOffset receivedBefore, RowRemoval removal, CancellationToken cancellationToken)
    {
        var keys = ChunkKey.PartsBefore(receivedBefore);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {keys.From} and RowKey lt {keys.To} and UsedBy eq {PartColumns.Nobody}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
        {
            await removal.AddPartsAsync(ChunkKey.BatchOfPart(row.RowKey), cancellationToken);
        }
    }
}

using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Segments;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Goes through the chunks that came in, of one partition, and puts those of past hours together, hour by hour, as many at once as one transaction
/// replaces. What has been put together is not met again.
/// </summary>
/// <param name="table">The table of the chunks.</param>
/// <param name="store">Reads chunks and blocks.</param>
/// <param name="schema">What the chunks are.</param>
/// <param name="partition">The partition.</param>
/// <param name="division">Divides what is too large to be put together with others.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
/// <param name="time">The clock.</param>
internal sealed class ChunkCompaction(
    TableClient table, ChunkStore store, ChunkSchema schema, string partition, ChunkDivision division, UnreadableRows unreadable, TimeProvider time)
{
    // What is read of a row is at most 64 KB.
    private const int RowsPerPage = 64;

    private readonly HourCompaction _hours = new(table, store, schema, partition, unreadable, time);

    /// <summary>Compacts every hour that is over.</summary>
    /// <param name="cancellationToken">Ends the work between two transactions; the next run goes on.</param>
    /// <returns>How many chunks were replaced.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var over = new TimeRange(0, (Settling.FirstOpenHour(time.GetUtcNow()) * TimeSpan.TicksPerHour) - 1);
        var filter = ChunkRow.Filter(partition, ChunkKey.NarrowEndingIn(over));
        var rows = table.QueryAsync<TableEntity>(filter, RowsPerPage, ChunkRow.BeginningColumns(schema), cancellationToken);
        var sources = unreadable.ReadAsync(schema.Table, rows, row => CompactionSource.ReadBeginning(schema, row));
        var replaced = 0;
        var group = new List<CompactionSource>();
        await foreach (var source in sources.WithCancellation(cancellationToken))
        {
            if (source.MaxSize > ChunkOpener.MaxBytes)
            {
                replaced += await division.RunAsync([source], cancellationToken);
                continue;
            }

            if (group.Count > 0 && HourOf(group[0]) == HourOf(source) && group.Count == HourCompaction.MaxSources && MayFold(group))
            {
                replaced += group.Count;
                group = await FoldAsync(group, cancellationToken) is { } folded ? [folded] : [];
            }
            else if (group.Count > 0 && !Takes(group, source))
            {
                replaced += await CompactAsync(group, cancellationToken);
                group.Clear();
            }

            group.Add(source);
        }

        return replaced + (group.Count > 0 ? await CompactAsync(group, cancellationToken) : 0);
    }

    private Task<int> CompactAsync(List<CompactionSource> group, CancellationToken cancellationToken) =>
        _hours.RunAsync(HourOf(group[0]), group, cancellationToken);

    private static bool Takes(List<CompactionSource> group, CompactionSource source) =>
        HourOf(group[0]) == HourOf(source)
        && group.Count < HourCompaction.MaxSources
        && group.Sum(taken => taken.MaxSize) + source.MaxSize <= ChunkOpener.MaxBytes;

    private static bool MayFold(List<CompactionSource> group) =>
        group.Sum(source => source.MaxSize) <= SegmentBuilder.BlockBytes && ChunkKey.IsNarrow(Header(group));

    // Where there are more small chunks than a transaction replaces, they become one that is as yet no part of a segment: it is neither opened nor compressed
    // anew for that.
    private async Task<CompactionSource?> FoldAsync(List<CompactionSource> group, CancellationToken cancellationToken)
    {
        var youngest = group.Max(source => BatchId.ReceivedAt(source.Chunk.Header.Batch));
        var payload = group.SelectMany(source => source.Chunk.Payload.ToArray()).ToArray();
        var folded = new Chunk(Header(group) with { Batch = BatchId.New(youngest) }, payload);
        try
        {
            var response = await table.SubmitTransactionAsync(
                group.Select(source => source.Delete()).Prepend(new(TableTransactionActionType.Add, ChunkRow.Write(schema, folded))), cancellationToken);
            return new(folded, response.Value[0].Headers.ETag!.Value);
        }
        catch (TableTransactionFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            // Somebody else was at these rows; the next run looks again.
            return null;
        }
    }

    private static ChunkHeader Header(IEnumerable<CompactionSource> group) => group.Select(source => source.Chunk.Header).Aggregate(ChunkHeader.Merge);

    private static long HourOf(CompactionSource source) => source.Chunk.Header.Max / TimeSpan.TicksPerHour;
}

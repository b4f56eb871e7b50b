using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Ingestion.Segments;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Looks after the chunks of one partition that span much time: removes those that are past retention, and has those divided whose hours are all over. Readers
/// look at every wide chunk, whatever they ask for, so that there must not come to be many.
/// </summary>
/// <param name="table">The table of the chunks.</param>
/// <param name="schema">What the chunks are.</param>
/// <param name="partition">The partition.</param>
/// <param name="division">Divides chunks.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
internal sealed class WideChunks(TableClient table, ChunkSchema schema, string partition, ChunkDivision division, UnreadableRows unreadable)
{
    // What is read of a row is at most 64 KB.
    private const int RowsPerPage = 64;

    // Longer than it takes to divide chunks.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(30);

    /// <summary>Does what is due.</summary>
    /// <param name="now">The present.</param>
    /// <param name="retention">How long records are kept.</param>
    /// <param name="cancellationToken">Ends the work between two transactions; the next run goes on.</param>
    /// <returns>How many rows were removed, and how many chunks were divided.</returns>
    public async Task<(int Removed, int Divided)> RunAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken)
    {
        var removal = new RowRemoval(table, partition);
        var divided = 0;
        var group = new List<CompactionSource>();
        var rows = table.QueryAsync<TableEntity>(Filter(now, now - retention), RowsPerPage, ChunkRow.BeginningColumns(schema), cancellationToken);
        await foreach (var row in rows)
        {
            if (row.RowKey == ChunkKey.DivisionTurn)
            {
                await RemoveTurnAsync(row, now, removal, cancellationToken);
            }
            else if (await unreadable.TryAsync(schema.Table, row, found => CompactionSource.ReadBeginning(schema, found)) is not { } source)
            {
                continue;
            }
            else if (IsPast(source.Chunk.Header, now, now - retention))
            {
                await removal.AddChunkAsync(source.Chunk.Header, cancellationToken);
            }
            else
            {
                if (group.Count == ChunkDivision.MaxSources || group.Sum(taken => taken.MaxSize) + source.MaxSize > ChunkOpener.MaxBytes)
                {
                    divided += await DivideAsync(group, cancellationToken);
                }

                group.Add(source);
            }
        }

        await removal.CompleteAsync(cancellationToken);
        return (removal.Removed, divided + await DivideAsync(group, cancellationToken));
    }

    private async Task<int> DivideAsync(List<CompactionSource> group, CancellationToken cancellationToken)
    {
        var divided = group.Count > 0 ? await division.RunAsync(group, cancellationToken) : 0;
        group.Clear();
        return divided;
    }

    // The turn of a run that was killed.
    private static async Task RemoveTurnAsync(TableEntity row, DateTimeOffset now, RowRemoval removal, CancellationToken cancellationToken)
    {
        if (row.Timestamp < now - LongestTurn)
        {
            await removal.AddAsync(row.RowKey, cancellationToken);
        }
    }

    private static bool IsPast(ChunkHeader header, DateTimeOffset now, DateTimeOffset before) =>
        (header.Max < before.UtcTicks || header.Max >= (now + RecordTime.MaxAhead).UtcTicks) && BatchId.ReceivedAt(header.Batch) < before;

    // Those that end far ahead, as those of the version before may, if they are past retention; all whose hours are over; and the turn, which comes last.
    private string Filter(DateTimeOffset now, DateTimeOffset before)
    {
        var ahead = ChunkKey.WideEndingIn(new TimeRange((now + RecordTime.MaxAhead).UtcTicks, DateTime.MaxValue.Ticks));
        var over = ChunkKey.WideEndingIn(new TimeRange(0, (Settling.FirstOpenHour(now) * TimeSpan.TicksPerHour) - 1));
        return ChunkRow.Filter(partition, ahead with { To = RowKeyRange.After(ChunkKey.DivisionTurn) })
            + TableClient.CreateQueryFilter($" and (RowKey ge {over.From} or (RowKey lt {ahead.To} and Batch lt {BatchId.Before(before)}))");
    }
}

using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Serverless.Runs.Engine;
using Serverless.Storage;

namespace Serverless.Runs.Upkeep;

/// <summary>
/// Removes the runs of a workspace that came to their end longer ago than runs are kept, with what stands beside them. They are a range of keys of their own, for
/// keys sort by the time at which runs were accepted; the few in it that came to their end later, or not yet, stay. Cut short anywhere, the next
/// run of it finds what is left where the range begins.
/// </summary>
public sealed class RunRetention(TableServiceClient tables, IOptions<RunRetentionOptions> options, RunRemoval removal)
{
    // With what they change in the counts they fit into a transaction, as a rule.
    private const int RowsAtOnce = 90;

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Removes what is past retention.</summary>
    /// <param name="workspace">Whose runs they are.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the work between two transactions.</param>
    /// <returns>How many runs were removed.</returns>
    internal async Task<int> RemoveAsync(string workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - options.Value.Period;
        var place = RunId.AfterAllSince(before);
        var removed = 0;
        while (await ReadAsync(workspace, place, cancellationToken) is { Count: > 0 } slice)
        {
            var past = slice.Where(run => RunRow.EndOf(run.Row) < before).ToList();
            var kept = slice.Except(past).Select(run => RunRow.IdOf(run.Row)).ToHashSet();
            var last = RunRow.IdOf(slice[^1].Row);
            await removal.RemoveBesideAsync(workspace, place, last, kept, cancellationToken);
            var left = past;
            while (left.Count > 0)
            {
                var count = await removal.TryRemoveAsync(workspace, left, static row => new(TableTransactionActionType.Delete, row, row.ETag), cancellationToken);
                if (count == 0)
                {
                    // Somebody else is at it.
                    return removed;
                }

                removed += count;
                left = left[count..];
            }

            // A full stop sorts right after the hyphen that keys of what stands beside runs go on with.
            place = $"{last}.";
        }

        return removed;
    }

    // The next rows, those left out that cannot be read.
    private async Task<IReadOnlyList<PastRun>> ReadAsync(string workspace, string place, CancellationToken cancellationToken)
    {
        var filter = RunRow.Filter(workspace, RunRow.Prefix + place, RunRow.EndOfRows);
        return await _table.QueryAsync<TableEntity>(filter, RowsAtOnce, RunRow.SummaryColumns, cancellationToken)
            .Select(async (TableEntity row, CancellationToken _) => await removal.ReadAsync(row))
            .Where(run => run is not null)
            .Select(run => run!)
            .Take(RowsAtOnce)
            .ToListAsync(cancellationToken);
    }
}

using Azure.Data.Tables;
using Serverless.Runs.Apps;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>
/// Says how many runs a workspace has: what is in the counts (<see cref="Tally"/>), and the few beside it that are under way or have just ended. What that
/// costs does not depend on how many runs there ever were. A run that is moved into the counts in that moment may be missing for as long.
/// </summary>
public sealed class RunCounter(TableServiceClient tables, UnreadableRows unreadable)
{
    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Counts runs by their status.</summary>
    /// <param name="workspace">Whose they are.</param>
    /// <param name="appId">Their app; null for whichever.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The counts; null when there may be runs of the version before that are not in them yet.</returns>
    internal async Task<StatusCounts?> CountAsync(string workspace, string? appId, CancellationToken cancellationToken) => appId switch
    {
        null => await CountAsync(workspace, null, static _ => true, cancellationToken),
        _ when !AppIds.IsAppId(appId) => new(),
        _ => await CountAsync(workspace, Tally.OfApp(appId), run => run.AppId == appId, cancellationToken),
    };

    /// <summary>Counts the runs that were accepted in a month by their status, those included that were deleted since.</summary>
    /// <param name="workspace">Whose they are.</param>
    /// <param name="month">When the month begins.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The counts; null when there may be runs of the version before that are not in them yet.</returns>
    internal Task<StatusCounts?> CountMonthAsync(string workspace, DateTimeOffset month, CancellationToken cancellationToken) =>
        CountAsync(workspace, Tally.OfMonth(month), run => run.Id.CreatedAt >= month, cancellationToken);

    // One range of keys has the runs beside the counts, and then the row that counts all.
    private async Task<StatusCounts?> CountAsync(string workspace, string? key, Predicate<RunSummary> isCounted, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {ActiveRow.Prefix} and RowKey le {Tally.All}");
        var part = key is null ? null : _table.GetEntityIfExistsAsync<TableEntity>(workspace, key, cancellationToken: cancellationToken);
        var rows = await _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        var counted = part is null ? null : await part;
        if (rows is not [.., { RowKey: Tally.All } all] || !Tally.IsComplete(all))
        {
            return null;
        }

        var counts = new StatusCounts();
        if (counted is null)
        {
            Tally.AddTo(counts, all);
        }
        else if (counted.HasValue)
        {
            Tally.AddTo(counts, counted.Value!);
        }

        await foreach (var run in unreadable.ReadAsync(TableNames.Runs, rows.SkipLast(1).ToAsyncEnumerable(), ActiveRow.Read).WithCancellation(cancellationToken))
        {
            if (isCounted(run))
            {
                counts.Add(run.Status);
            }
        }

        return counts;
    }
}

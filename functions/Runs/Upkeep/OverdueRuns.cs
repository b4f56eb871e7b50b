using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Runs.Engine;
using Serverless.Storage;

namespace Serverless.Runs.Upkeep;

/// <summary>Finds the runs of a workspace whose message was lost, and sends them another. One too many does no harm.</summary>
public sealed partial class OverdueRuns(TableServiceClient tables, RunQueue queue, UnreadableRows unreadable, ILogger<OverdueRuns> logger)
{
    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Sends the messages that are missing.</summary>
    /// <param name="workspace">Whose runs they are.</param>
    /// <param name="before">Those that were due before are overdue.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How many there were.</returns>
    internal async Task<int> SweepAsync(string workspace, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var found = 0;
        var rows = _table.QueryAsync<TableEntity>(ActiveRow.OverdueFilter(workspace, before), select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken);
        await foreach (var active in rows)
        {
            if (RunId.Parse(active.RowKey[ActiveRow.Prefix.Length..]) is { } id && await IsUnderWayAsync(active, id, cancellationToken))
            {
                await queue.SendAsync(new RunMessage(workspace, id));
                found++;
            }
        }

        if (found > 0)
        {
            Log.Swept(logger, found, workspace);
        }

        return found;
    }

    // An active row may be left behind when the run's own row is set aside, or is written by the version before, which does not know of it.
    private async Task<bool> IsUnderWayAsync(TableEntity active, RunId id, CancellationToken cancellationToken)
    {
        var (workspace, key) = (active.PartitionKey, RunRow.KeyOf(id));
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(workspace, key, RunRow.SummaryColumns, cancellationToken);
        if (!row.HasValue)
        {
            await _table.TrySubmitAsync([ActiveRow.Delete(workspace, id, active.ETag)], cancellationToken);
            return false;
        }

        var run = await unreadable.TryAsync(TableNames.Runs, row.Value!, static found => RunRow.ReadSummary(found));
        if (run?.Status.IsTerminal() is true)
        {
            await _table.TrySubmitAsync([RunRow.NoteActiveRow(row.Value!), ActiveRow.Put(workspace, run, default)], cancellationToken);
        }

        return run?.Status.IsTerminal() is false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Found} runs of {Workspace} had waited for too long, and were sent another message")]
        public static partial void Swept(ILogger logger, int found, string workspace);
    }
}

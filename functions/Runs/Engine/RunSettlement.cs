using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>
/// Moves runs that have come to their end from their active rows into the counts. It also counts the runs of the version before, which wrote no such rows.
/// Each step is one transaction that changes the counts and removes what it has counted, or notes how far it has come: cut short anywhere, a run is
/// counted once. Nobody waits for it: whoever counts runs looks at both.
/// </summary>
public sealed partial class RunSettlement(TableServiceClient tables, UnreadableRows unreadable, TimeProvider time, ILogger<RunSettlement> logger)
{
    private const int MaxActions = 100;
    private const int RowsPerPage = 1000;

    // A run changes at most these: the counts of its app and of its month. It then takes two actions at most.
    private const int MostForOne = 4;

    // Less than a transaction takes, so that one process by itself keeps up.
    private const int EndsBetween = 80;

    // For as long, a version before may still write runs beside this one.
    private static readonly TimeSpan Settling = TimeSpan.FromHours(1);

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);
    private readonly ConcurrentDictionary<string, int> _ends = new(StringComparer.Ordinal);

    /// <summary>Notes that a run has come to its end. Once in a while the counts are brought up to date for that, so that little stands beside them.</summary>
    internal async Task NoteEndAsync(string workspace)
    {
        if (_ends.AddOrUpdate(workspace, 1, static (_, ends) => ends + 1) < EndsBetween)
        {
            return;
        }

        _ends.TryRemove(workspace, out _);
        try
        {
            await SettleAsync(workspace, CancellationToken.None);
        }
        catch (Exception failure) when (failure is RequestFailedException || StorageRetry.MayHaveLanded(failure))
        {
            Log.NotSettled(logger, failure, workspace);
        }
    }

    /// <summary>Takes a step.</summary>
    /// <returns>Whether nothing is left to do at this moment.</returns>
    internal async Task<bool> SettleAsync(string workspace, CancellationToken cancellationToken)
    {
        if (!await SettleEndsAsync(workspace, cancellationToken))
        {
            return false;
        }

        var tally = await Tally.ReadAsync(_table, workspace, cancellationToken);
        return tally.WalkedTo == RunRow.EndOfRows || await WalkAsync(workspace, tally, cancellationToken);
    }

    /// <summary>Moves runs that have come to their end into the counts, as many as a transaction takes.</summary>
    /// <returns>Whether those were all.</returns>
    internal async Task<bool> SettleEndsAsync(string workspace, CancellationToken cancellationToken)
    {
        var rows = _table.QueryAsync<TableEntity>(ActiveRow.EndedFilter(workspace), MaxActions, cancellationToken: cancellationToken);
        var ended = await unreadable.ReadAsync(TableNames.Runs, rows, row => new EndedRun(ActiveRow.Read(row), row)).Take(MaxActions).ToListAsync(cancellationToken);
        if (ended.Count == 0)
        {
            return true;
        }

        var tally = await Tally.ReadAsync(_table, workspace, cancellationToken);
        var actions = new List<TableTransactionAction>();
        foreach (var (run, row) in ended)
        {
            if (tally.Changes + actions.Count + MostForOne > MaxActions)
            {
                break;
            }

            tally.Add(run);
            actions.Add(ActiveRow.Delete(workspace, run.Id, row.ETag));
        }

        return await _table.TrySubmitAsync([.. tally.Write(), .. actions], cancellationToken) && actions.Count == ended.Count && ended.Count < MaxActions;
    }

    // From the newest to the oldest, so that runs which come meanwhile are not among them: these have active rows.
    private async Task<bool> WalkAsync(string workspace, Tally tally, CancellationToken cancellationToken)
    {
        var filter = RunRow.Filter(workspace, tally.WalkedTo ?? RunRow.Prefix, RunRow.EndOfRows);
        var page = await _table.QueryAsync<TableEntity>(filter, RowsPerPage, RunRow.SummaryColumns, cancellationToken).Take(RowsPerPage).ToListAsync(cancellationToken);
        var actions = new List<TableTransactionAction>();
        var begins = tally.WalkedTo is null;
        foreach (var row in page)
        {
            if (tally.Changes + actions.Count + MostForOne > MaxActions)
            {
                return await StoreAsync(isLast: false);
            }

            if (!RunRow.HasHadActiveRow(row) && await unreadable.TryAsync(TableNames.Runs, row, static found => RunRow.ReadSummary(found)) is { } run)
            {
                if (begins && run.Id.CreatedAt > time.GetUtcNow() - Settling)
                {
                    return true;
                }

                Take(run, row);
            }

            tally.WalkTo(row.RowKey);
        }

        return await StoreAsync(page.Count < RowsPerPage);

        void Take(RunSummary run, TableEntity row)
        {
            if (run.Status.IsTerminal())
            {
                tally.Add(run);
                return;
            }

            actions.Add(ActiveRow.Put(workspace, run, RunRow.DueAtOf(row) ?? run.Id.CreatedAt));
            actions.Add(RunRow.NoteActiveRow(row));
        }

        async Task<bool> StoreAsync(bool isLast)
        {
            if (isLast)
            {
                tally.WalkTo(RunRow.EndOfRows);
            }

            return await _table.TrySubmitAsync([.. tally.Write(), .. actions], cancellationToken) && isLast;
        }
    }

    private sealed record EndedRun(RunSummary Run, TableEntity Row);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The counts of the runs of {Workspace} could not be brought up to date; that is done later")]
        public static partial void NotSettled(ILogger logger, Exception failure, string workspace);
    }
}

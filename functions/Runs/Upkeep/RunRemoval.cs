using Azure.Data.Tables;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Webhooks.Deliveries;

namespace Serverless.Runs.Upkeep;

/// <summary>A row that may be removed: that of a run which has come to its end.</summary>
/// <param name="Row">The row.</param>
/// <param name="Run">What it says; null when only the rest of a deleted run is left.</param>
internal sealed record PastRun(TableEntity Row, RunSummary? Run);

/// <summary>What became of a wish to delete a run.</summary>
internal enum RunDeletion
{
    /// <summary>It is deleted.</summary>
    Deleted,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It has not come to its end.</summary>
    UnderWay,

    /// <summary>Too many change the counts of the workspace at once: nothing is done.</summary>
    Contended,
}

/// <summary>
/// Removes runs that have come to their end. The transaction that removes a run takes it out of the counts as well. What stands beside it goes before it: what is cut
/// short leaves nothing that belongs to no run.
/// </summary>
public sealed class RunRemoval(
    TableServiceClient tables, RunSettlement settlement, MessageLog messages, ReplayLog replays, UnreadableRows unreadable, TimeProvider time)
{
    private const int MaxActions = 100;

    // Each round one of those who change the counts at once gets through.
    private const int MaxRounds = 50;

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Deletes a run by its owner's will.</summary>
    internal async Task<RunDeletion> DeleteAsync(string workspace, RunId id, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var row = await _table.GetEntityIfExistsAsync<TableEntity>(workspace, RunRow.KeyOf(id), RunRow.SummaryColumns, cancellationToken);
            if (!row.HasValue || await ReadAsync(row.Value!) is not { Run: { } run } past)
            {
                return RunDeletion.Missing;
            }

            if (!run.Status.IsTerminal())
            {
                return RunDeletion.UnderWay;
            }

            await RemoveBesideAsync(workspace, id.Text, id, kept: new HashSet<RunId>(), cancellationToken);
            await messages.RemoveAsync(workspace, run.CompletedAt!.Value, id.Text, cancellationToken);
            if (await TryRemoveAsync(workspace, [past], RunRow.Delete, cancellationToken) == 1)
            {
                return RunDeletion.Deleted;
            }

            await Task.Delay(StorageRetry.Pause(round), time, cancellationToken);
        }

        return RunDeletion.Contended;
    }

    /// <summary>Removes what stands beside runs.</summary>
    /// <param name="workspace">Whose runs they are.</param>
    /// <param name="from">What the ids of the runs sort after, or the first of them.</param>
    /// <param name="to">The last run.</param>
    /// <param name="kept">The runs that keep what stands beside them.</param>
    /// <param name="cancellationToken">Ends the work between two transactions.</param>
    internal async Task RemoveBesideAsync(string workspace, string from, RunId to, IReadOnlySet<RunId> kept, CancellationToken cancellationToken)
    {
        await new RowsBesideRuns(_table, EarlierDeliveries.Prefix).RemoveAsync(workspace, from, to, kept, cancellationToken);
        await replays.RemoveAsync(workspace, from, to, kept, cancellationToken);
    }

    /// <summary>Removes runs, as many of the first as a transaction takes.</summary>
    /// <param name="workspace">Whose they are.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="remove">What is done to a row.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many there were; none when somebody else was at them, or at the counts.</returns>
    internal async Task<int> TryRemoveAsync(
        string workspace, IReadOnlyList<PastRun> runs, Func<TableEntity, TableTransactionAction> remove, CancellationToken cancellationToken)
    {
        // What has just come to its end has to be in the counts before it can be taken out of them.
        bool areSettled;
        do
        {
            areSettled = await settlement.SettleEndsAsync(workspace, cancellationToken);
        }
        while (!areSettled);

        var tally = await Tally.ReadAsync(_table, workspace, cancellationToken);
        var actions = new List<TableTransactionAction>();
        foreach (var past in runs.TakeWhile(_ => tally.Changes + actions.Count + 2 <= MaxActions))
        {
            if (past.Run is { } run && tally.HasCounted(past.Row))
            {
                tally.Remove(run);
            }

            actions.Add(remove(past.Row));
        }

        return await _table.TrySubmitAsync([.. tally.Write(), .. actions], cancellationToken) ? actions.Count : 0;
    }

    /// <summary>Reads the row of a run; null when it cannot be read.</summary>
    internal async Task<PastRun?> ReadAsync(TableEntity row) => RunRow.IsDeleted(row)
        ? new(row, null)
        : await unreadable.TryAsync(TableNames.Runs, row, static found => new PastRun(found, RunRow.ReadSummary(found)));
}

using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>
/// Which runs replay which: a row for each beside the run that is replayed. The transaction that inserts the replay writes it, so that it costs nothing by itself; what has
/// become of the replay is in the replay's own row.
/// </summary>
public sealed class ReplayLog(TableServiceClient tables, UnreadableRows unreadable)
{
    /// <summary>The most replays of a run that are shown.</summary>
    internal const int MaxShown = 20;

    private const string Prefix = "replay-";

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    private RowsBesideRuns Rows => new(_table, Prefix);

    /// <summary>What notes that a run replays another; nothing for one that does not.</summary>
    internal static IEnumerable<TableTransactionAction> Put(Run run) => run.ReplayOf is { } replayed
        ? [new(TableTransactionActionType.UpsertReplace, new TableEntity(run.Workspace, $"{Prefix}{replayed.Text}-{run.Id.Text}"))]
        : [];

    /// <summary>The runs that replay a run, the newest first; those that are not there any more are left out.</summary>
    internal async Task<IReadOnlyList<RunSummary>> ReadAsync(string workspace, RunId id, CancellationToken cancellationToken)
    {
        var prefix = Rows.PrefixOf(id);
        var replays = await Rows.ReadAsync(workspace, id, cancellationToken).Select(row => row.RowKey[prefix.Length..]).Take(MaxShown).ToListAsync(cancellationToken);
        var found = await Task.WhenAll(replays.Select(replay => FindAsync(workspace, RunRow.Prefix + replay, cancellationToken)));
        return [.. found.OfType<RunSummary>()];
    }

    /// <inheritdoc cref="RowsBesideRuns.RemoveAsync"/>
    internal Task RemoveAsync(string workspace, string from, RunId to, IReadOnlySet<RunId> kept, CancellationToken cancellationToken) =>
        Rows.RemoveAsync(workspace, from, to, kept, cancellationToken);

    private async Task<RunSummary?> FindAsync(string workspace, string key, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, key, RunRow.SummaryColumns, cancellationToken) is { HasValue: true, Value: { } row } && !RunRow.IsDeleted(row)
            ? await unreadable.TryAsync(TableNames.Runs, row, static found => RunRow.ReadSummary(found))
            : null;
}

using Azure;
using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Alerts;

/// <summary>
/// Keeps alerts, a row each in their workspace's partition. How many there are rests on all of them: beside them is a row whose version changes with each new one, so that of
/// several at once each is counted.
/// </summary>
public sealed class AlertStore(TableServiceClient tables, UnreadableRows unreadable)
{
    private const int RowsPerPage = 1000;

    // It sorts after the alerts, and before anything else.
    private const string GuardRow = "rules";

    private readonly TableClient _table = tables.GetTableClient(TableNames.Alerts);

    /// <summary>An alert as it is at this moment; null when there is none.</summary>
    internal async Task<StoredAlert?> FindAsync(string workspace, string id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, AlertRow.KeyOf(id), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
            ? await unreadable.TryAsync(TableNames.Alerts, row, AlertRow.Read)
            : null;

    /// <summary>A page of the alerts of a workspace, by id.</summary>
    /// <param name="workspace">Whose they are.</param>
    /// <param name="after">The id of the last one before the page; null for the first page.</param>
    /// <param name="limit">The most on the page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task<TenantPage<StoredAlert>> ListAsync(string workspace, string? after, int limit, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {AlertRow.KeyOf(after ?? "")} and RowKey lt {AlertRow.Keys.To}");
        var alerts = unreadable.ReadAsync(TableNames.Alerts, _table.QueryAsync<TableEntity>(filter, limit + 1, cancellationToken: cancellationToken), AlertRow.Read);
        return TenantPage<StoredAlert>.TakeAsync(alerts, limit, alert => alert.Rule.Id, cancellationToken);
    }

    /// <summary>The alerts of all workspaces, in one query.</summary>
    internal IAsyncEnumerable<StoredAlert> FindAllAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey ge {AlertRow.Keys.From} and RowKey lt {AlertRow.Keys.To}");
        return unreadable.ReadAsync(TableNames.Alerts, _table.QueryAsync<TableEntity>(filter, RowsPerPage, cancellationToken: cancellationToken), AlertRow.Read);
    }

    /// <summary>How many alerts a workspace has, and the version of the row that says that no other was added.</summary>
    internal async Task<(int Count, ETag? Guard)> CountAsync(string workspace, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {AlertRow.Keys.From} and RowKey le {GuardRow}");
        var rows = await _table.QueryAsync<TableEntity>(filter, RowsPerPage, RowDeletion.Columns, cancellationToken).ToListAsync(cancellationToken);
        return (rows.Count(row => row.RowKey != GuardRow), rows.Find(row => row.RowKey == GuardRow)?.ETag);
    }

    /// <summary>Creates an alert.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="guard">What <see cref="CountAsync"/> has said.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>False when somebody else has added it, or another one, meanwhile.</returns>
    internal Task<bool> TryAddAsync(StoredAlert alert, ETag? guard, CancellationToken cancellationToken)
    {
        var row = new TableEntity(alert.Rule.Workspace, GuardRow);
        return _table.TrySubmitAsync(
            [
                new(TableTransactionActionType.Add, AlertRow.Write(alert)),
                guard is { } version ? new(TableTransactionActionType.UpdateReplace, row, version) : new(TableTransactionActionType.Add, row),
            ],
            cancellationToken);
    }

    /// <summary>Writes an alert in place of the version it was read as, and its changes with it: one transaction.</summary>
    /// <returns>The version it has now; null when somebody else has changed it meanwhile, and nothing is done.</returns>
    internal async Task<ETag?> TryWriteAsync(StoredAlert alert, IEnumerable<AlertChange> changes, CancellationToken cancellationToken)
    {
        TableTransactionAction[] actions =
        [
            new(TableTransactionActionType.UpdateReplace, AlertRow.Write(alert), alert.ETag),
            .. changes.Select(change => new TableTransactionAction(TableTransactionActionType.UpsertReplace, ChangeRow.Write(change))),
        ];
        return await TryAsync(async () => (await _table.SubmitTransactionAsync(actions, cancellationToken)).Value[0].Headers.ETag);
    }

    /// <summary>Notes that all changes of an alert have been announced.</summary>
    /// <returns>The version it has now; null when somebody else has changed it meanwhile, and nothing is done.</returns>
    internal Task<ETag?> TryNoteAnnouncedAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        var note = new TableEntity(alert.Rule.Workspace, AlertRow.KeyOf(alert.Rule.Id)) { [AlertRow.Unannounced] = "" };
        return TryAsync(async () => (await _table.UpdateEntityAsync(note, alert.ETag, TableUpdateMode.Merge, cancellationToken)).Headers.ETag);
    }

    /// <summary>Removes an alert as it was read. Its changes stay until their time is over.</summary>
    /// <returns>False when somebody else has changed it meanwhile, or there is none.</returns>
    internal Task<bool> TryRemoveAsync(StoredAlert alert, CancellationToken cancellationToken) =>
        _table.TrySubmitAsync([new(TableTransactionActionType.Delete, new TableEntity(alert.Rule.Workspace, AlertRow.KeyOf(alert.Rule.Id)), alert.ETag)], cancellationToken);

    private static async Task<ETag?> TryAsync(Func<Task<ETag?>> write)
    {
        try
        {
            return await write();
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            return null;
        }
    }
}

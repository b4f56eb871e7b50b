using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Webhooks.Messages;

namespace Serverless.Alerts;

/// <summary>The changes of alerts, a row each in their workspace's partition, and what endpoints are told of them.</summary>
public sealed class AlertHistory(TableServiceClient tables, UnreadableRows unreadable) : IWebhookSource
{
    /// <summary>What announcements call it.</summary>
    internal const string Source = "alert";

    private readonly TableClient _table = tables.GetTableClient(TableNames.Alerts);

    /// <inheritdoc/>
    string IWebhookSource.Name => Source;

    /// <summary>A page of the changes of an alert, the newest first.</summary>
    /// <param name="workspace">Whose it is.</param>
    /// <param name="alert">Its id.</param>
    /// <param name="after">The id of the last change before the page; null for the first page.</param>
    /// <param name="limit">The most on the page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task<TenantPage<AlertChangeAnswer>> ListAsync(string workspace, string alert, string? after, int limit, CancellationToken cancellationToken)
    {
        var keys = ChangeRow.KeysOf(alert);
        var from = after is null ? keys.From : ChangeRow.KeyOf(after);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {from} and RowKey lt {keys.To}");
        var changes = unreadable.ReadAsync(TableNames.Alerts, _table.QueryAsync<TableEntity>(filter, limit + 1, cancellationToken: cancellationToken), ChangeRow.Read);
        return TenantPage<AlertChangeAnswer>.TakeAsync(changes, limit, change => change.ChangeId, cancellationToken);
    }

    /// <inheritdoc/>
    async Task<WebhookContent?> IWebhookSource.FindAsync(string workspace, string id, CancellationToken cancellationToken)
    {
        if (!AlertIds.IsChange(id))
        {
            return null;
        }

        var row = await _table.GetEntityIfExistsAsync<TableEntity>(workspace, ChangeRow.KeyOf(id), cancellationToken: cancellationToken);
        return row.HasValue && await unreadable.TryAsync(TableNames.Alerts, row.Value!, ChangeRow.Read) is { } change ? change.ToContent() : null;
    }
}

using Azure;
using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Webhooks.Deliveries;

namespace Serverless.Webhooks.Endpoints;

/// <summary>Keeps endpoints, a row each in their workspace's partition.</summary>
public sealed class EndpointStore(TableServiceClient tables, UnreadableRows unreadable)
{
    private const char Separator = ' ';

    private readonly TableClient _table = tables.GetTableClient(TableNames.Webhooks);

    /// <summary>An endpoint as it is at this moment; null when there is none.</summary>
    internal async Task<WebhookEndpoint?> FindAsync(string workspace, string id, CancellationToken cancellationToken) =>
        await RowAsync(workspace, id, cancellationToken) is { } row ? await unreadable.TryAsync(TableNames.Webhooks, row, Read) : null;

    /// <summary>The endpoints of a workspace, by id.</summary>
    internal ValueTask<List<WebhookEndpoint>> ListAsync(string workspace, CancellationToken cancellationToken)
    {
        var keys = RowKeyRange.StartingWith(DeliveryKey.Endpoint);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        return unreadable.ReadAsync(TableNames.Webhooks, _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken), Read).ToListAsync(cancellationToken);
    }

    /// <summary>Stores a new endpoint.</summary>
    internal Task AddAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(Write(endpoint), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Changes an endpoint, whoever else changes it at the same time.</summary>
    /// <param name="workspace">Whose it is.</param>
    /// <param name="id">Which.</param>
    /// <param name="change">What becomes of it; the same to leave it as it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The endpoint as it is then; null when there is none.</returns>
    internal async Task<WebhookEndpoint?> ChangeAsync(string workspace, string id, Func<WebhookEndpoint, WebhookEndpoint> change, CancellationToken cancellationToken)
    {
        while (await RowAsync(workspace, id, cancellationToken) is { } row && await unreadable.TryAsync(TableNames.Webhooks, row, Read) is { } endpoint)
        {
            var changed = change(endpoint);
            if (ReferenceEquals(changed, endpoint) || await TryReplaceAsync(changed, row.ETag, cancellationToken))
            {
                return changed;
            }
        }

        return null;
    }

    /// <summary>Removes an endpoint.</summary>
    /// <returns>False when there was none.</returns>
    internal async Task<bool> RemoveAsync(string workspace, string id, CancellationToken cancellationToken) =>
        (await _table.DeleteEntityAsync(workspace, DeliveryKey.Endpoint + id, ETag.All, cancellationToken)).Status != 404;

    private async Task<TableEntity?> RowAsync(string workspace, string id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, DeliveryKey.Endpoint + id, cancellationToken: cancellationToken) is { HasValue: true, Value: { } row } ? row : null;

    private async Task<bool> TryReplaceAsync(WebhookEndpoint endpoint, ETag expected, CancellationToken cancellationToken)
    {
        try
        {
            await _table.UpdateEntityAsync(Write(endpoint), expected, TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 412)
        {
            return false;
        }
    }

    private static TableEntity Write(WebhookEndpoint endpoint)
    {
        var row = new TableEntity(endpoint.Workspace, DeliveryKey.Endpoint + endpoint.Id)
        {
            [nameof(WebhookEndpoint.Url)] = endpoint.Url,
            [nameof(WebhookEndpoint.Events)] = string.Join(Separator, endpoint.Events),
            [nameof(WebhookEndpoint.IsActive)] = endpoint.IsActive,
            [nameof(WebhookEndpoint.CreatedAt)] = endpoint.CreatedAt,
            [nameof(WebhookEndpoint.SealedSecret)] = endpoint.SealedSecret,
        };
        row.SetUnlessNull(nameof(WebhookEndpoint.Description), endpoint.Description);
        row.SetUnlessNull(nameof(WebhookEndpoint.SwitchedOffReason), endpoint.SwitchedOffReason);
        row.SetUnlessNull(nameof(WebhookEndpoint.SealedPreviousSecret), endpoint.SealedPreviousSecret);
        row.SetUnlessNull(nameof(WebhookEndpoint.PreviousSecretUntil), endpoint.PreviousSecretUntil);
        row.SetUnlessNull(nameof(WebhookEndpoint.FailingSince), endpoint.FailingSince);
        row.SetUnlessNull(nameof(WebhookEndpoint.SlowUntil), endpoint.SlowUntil);
        return row;
    }

    private static WebhookEndpoint Read(TableEntity row) => new()
    {
        Workspace = row.PartitionKey,
        Id = row.RowKey[DeliveryKey.Endpoint.Length..],
        Url = row.GetString(nameof(WebhookEndpoint.Url)) ?? throw new FormatException("The endpoint has no address."),
        Events = row.GetString(nameof(WebhookEndpoint.Events))?.Split(Separator, StringSplitOptions.RemoveEmptyEntries) ?? [],
        Description = row.GetString(nameof(WebhookEndpoint.Description)),
        IsActive = row.GetBoolean(nameof(WebhookEndpoint.IsActive)) is true,
        SwitchedOffReason = row.GetString(nameof(WebhookEndpoint.SwitchedOffReason)),
        CreatedAt = row.GetDateTimeOffset(nameof(WebhookEndpoint.CreatedAt)) ?? throw new FormatException("The endpoint does not say when it was made."),
        SealedSecret = row.GetBinary(nameof(WebhookEndpoint.SealedSecret)) ?? throw new FormatException("The endpoint has no secret."),
        SealedPreviousSecret = row.GetBinary(nameof(WebhookEndpoint.SealedPreviousSecret)),
        PreviousSecretUntil = row.GetDateTimeOffset(nameof(WebhookEndpoint.PreviousSecretUntil)),
        FailingSince = row.GetDateTimeOffset(nameof(WebhookEndpoint.FailingSince)),
        SlowUntil = row.GetDateTimeOffset(nameof(WebhookEndpoint.SlowUntil)),
    };
}

using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Runs.Triggers;

/// <summary>A trigger as it is stored.</summary>
/// <param name="Trigger">The trigger.</param>
/// <param name="ETag">The version of its row.</param>
internal sealed record StoredTrigger(Trigger Trigger, ETag ETag);

/// <summary>Keeps triggers, a row each in their workspace's partition.</summary>
public sealed class TriggerStore(TableServiceClient tables, UnreadableRows unreadable)
{
    private const int RowsPerPage = 1000;

    private readonly TableClient _table = tables.GetTableClient(TableNames.Apps);

    /// <summary>A trigger as it is at this moment; null when there is none.</summary>
    internal async Task<StoredTrigger?> FindAsync(string workspace, string id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, KeyOf(id), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
            ? await unreadable.TryAsync(TableNames.Apps, row, found => new StoredTrigger(Read(found, id), found.ETag))
            : null;

    /// <summary>Creates a trigger, or replaces one of a version.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="expected">The version it replaces; null to create it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>False when somebody else has changed it meanwhile.</returns>
    internal async Task<bool> TryPutAsync(Trigger trigger, ETag? expected, CancellationToken cancellationToken)
    {
        try
        {
            await (expected is { } version
                ? _table.UpdateEntityAsync(Write(trigger), version, TableUpdateMode.Replace, cancellationToken)
                : _table.AddEntityAsync(Write(trigger), cancellationToken));
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    /// <summary>What the triggers of all workspaces were to do before a time, and have not done.</summary>
    internal IAsyncEnumerable<TriggerMessage> FindOverdueAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey ge {KeyOf("")} and RowKey lt {"trigger."} and IsActive eq {true} and NextAt lt {before}");
        var rows = _table.QueryAsync<TableEntity>(filter, RowsPerPage, ["PartitionKey", "RowKey", nameof(Trigger.NextAt)], cancellationToken);
        return unreadable.ReadAsync(TableNames.Apps, rows, row => new TriggerMessage(row.PartitionKey, row.RowKey[KeyOf("").Length..], row.GetDateTimeOffset(nameof(Trigger.NextAt))!.Value));
    }

    /// <summary>Removes a trigger.</summary>
    /// <returns>False when there was none.</returns>
    internal async Task<bool> RemoveAsync(string workspace, string id, CancellationToken cancellationToken) =>
        (await _table.DeleteEntityAsync(workspace, KeyOf(id), ETag.All, cancellationToken)).Status != 404;

    private static string KeyOf(string id) => $"trigger-{id}";

    private static TableEntity Write(Trigger trigger)
    {
        var row = new TableEntity(trigger.Workspace, KeyOf(trigger.Id))
        {
            [nameof(Trigger.AppId)] = trigger.AppId,
            [nameof(Trigger.Inputs)] = trigger.Inputs,
            [nameof(Trigger.IsActive)] = trigger.IsActive,
            [nameof(Trigger.SecretHash)] = trigger.SecretHash,
        };
        Set(nameof(Trigger.Schedule), trigger.Schedule);
        Set(nameof(Trigger.WebhookUrl), trigger.WebhookUrl);
        Set(nameof(Trigger.NextAt), trigger.NextAt);
        Set(nameof(Trigger.LastRunId), trigger.LastRunId);
        Set(nameof(Trigger.LastError), trigger.LastError);
        return row;

        void Set(string column, object? value)
        {
            if (value is not null)
            {
                row[column] = value;
            }
        }
    }

    private static Trigger Read(TableEntity row, string id) => new()
    {
        Workspace = row.PartitionKey,
        Id = id,
        AppId = row.GetString(nameof(Trigger.AppId)) ?? throw new FormatException("The trigger names no app."),
        Inputs = row.GetString(nameof(Trigger.Inputs)) ?? "{}",
        IsActive = row.GetBoolean(nameof(Trigger.IsActive)) is true,
        SecretHash = row.GetBinary(nameof(Trigger.SecretHash)) ?? throw new FormatException("The trigger has no secret."),
        Schedule = row.GetString(nameof(Trigger.Schedule)),
        WebhookUrl = row.GetString(nameof(Trigger.WebhookUrl)),
        NextAt = row.GetDateTimeOffset(nameof(Trigger.NextAt)),
        LastRunId = row.GetString(nameof(Trigger.LastRunId)),
        LastError = row.GetString(nameof(Trigger.LastError)),
    };
}

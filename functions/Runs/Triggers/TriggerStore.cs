using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Runs.Triggers;

/// <summary>A trigger as it is stored.</summary>
/// <param name="Trigger">The trigger.</param>
/// <param name="ETag">The version of its row.</param>
internal sealed record StoredTrigger(Trigger Trigger, ETag ETag);

/// <summary>Keeps triggers, a row each in their workspace's partition.</summary>
public sealed class TriggerStore(TableServiceClient tables, UnreadableRows unreadable)
{
    private const int RowsPerPage = 1000;
    private const string EndOfKeys = "trigger.";

    private readonly TableClient _table = tables.GetTableClient(TableNames.Apps);

    /// <summary>A trigger as it is at this moment; null when there is none.</summary>
    internal async Task<StoredTrigger?> FindAsync(string workspace, string id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, KeyOf(id), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
            ? await unreadable.TryAsync(TableNames.Apps, row, found => new StoredTrigger(Read(found, id), found.ETag))
            : null;

    /// <summary>A page of the triggers of a workspace, by id.</summary>
    /// <param name="workspace">Whose they are.</param>
    /// <param name="after">The id of the last one before the page; null for the first page.</param>
    /// <param name="limit">The most on the page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task<TenantPage<Trigger>> ListAsync(string workspace, string? after, int limit, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {KeyOf(after ?? "")} and RowKey lt {EndOfKeys}");
        var rows = _table.QueryAsync<TableEntity>(filter, limit + 1, cancellationToken: cancellationToken);
        var triggers = unreadable.ReadAsync(TableNames.Apps, rows, row => Read(row, IdOf(row)));
        return TenantPage<Trigger>.TakeAsync(triggers, limit, trigger => trigger.Id, cancellationToken);
    }

    /// <summary>Notes what came of firing a trigger, whoever has changed it meanwhile.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="run">The run that it started; null when it could not start one.</param>
    /// <param name="error">Why it could not; null when it could.</param>
    internal async Task NoteAsync(Trigger trigger, RunId? run, string? error)
    {
        // What is empty is none: a column cannot be taken away here.
        var note = new TableEntity(trigger.Workspace, KeyOf(trigger.Id)) { [nameof(Trigger.LastError)] = error ?? "" };
        if (run is not null)
        {
            note[nameof(Trigger.LastRunId)] = run.Text;
        }

        try
        {
            await _table.UpdateEntityAsync(note, ETag.All, TableUpdateMode.Merge);
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            // It was removed; its runs go on.
        }
    }

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
        var filter = TableClient.CreateQueryFilter($"RowKey ge {KeyOf("")} and RowKey lt {EndOfKeys} and IsActive eq {true} and NextAt lt {before}");
        var rows = _table.QueryAsync<TableEntity>(filter, RowsPerPage, ["PartitionKey", "RowKey", nameof(Trigger.NextAt)], cancellationToken);
        return unreadable.ReadAsync(TableNames.Apps, rows, row => new TriggerMessage(row.PartitionKey, IdOf(row), row.GetDateTimeOffset(nameof(Trigger.NextAt))!.Value));
    }

    /// <summary>Removes a trigger.</summary>
    /// <returns>False when there was none.</returns>
    internal async Task<bool> RemoveAsync(string workspace, string id, CancellationToken cancellationToken) =>
        (await _table.DeleteEntityAsync(workspace, KeyOf(id), ETag.All, cancellationToken)).Status != 404;

    private static string IdOf(TableEntity row) => row.RowKey[KeyOf("").Length..];

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
        row.SetUnlessNull(nameof(Trigger.Schedule), trigger.Schedule);
        row.SetUnlessNull(nameof(Trigger.Pointers), trigger.Pointers);
        row.SetUnlessNull(nameof(Trigger.Signature), trigger.Signature is { } scheme ? JsonSerializer.Serialize(scheme, TriggerJson.Default.SignatureScheme) : null);
        row.SetUnlessNull(nameof(Trigger.SealedSecret), trigger.SealedSecret);
        row.SetUnlessNull(nameof(Trigger.DeliveryIdHeader), trigger.DeliveryIdHeader);
        row.SetUnlessNull(nameof(Trigger.TimeZone), trigger.TimeZone);
        row.SetUnlessNull(nameof(Trigger.WebhookUrl), trigger.WebhookUrl);
        row.SetUnlessNull(nameof(Trigger.NextAt), trigger.NextAt);
        row.SetUnlessNull(nameof(Trigger.LastRunId), trigger.LastRunId);
        row.SetUnlessNull(nameof(Trigger.LastError), trigger.LastError);
        return row;
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
        Pointers = row.GetString(nameof(Trigger.Pointers)),
        Signature = row.GetString(nameof(Trigger.Signature)) is { } scheme ? JsonSerializer.Deserialize(scheme, TriggerJson.Default.SignatureScheme) : null,
        SealedSecret = row.GetBinary(nameof(Trigger.SealedSecret)),
        DeliveryIdHeader = row.GetString(nameof(Trigger.DeliveryIdHeader)),
        TimeZone = row.GetString(nameof(Trigger.TimeZone)),
        WebhookUrl = row.GetString(nameof(Trigger.WebhookUrl)),
        NextAt = row.GetDateTimeOffset(nameof(Trigger.NextAt)),
        LastRunId = row.GetString(nameof(Trigger.LastRunId)),
        LastError = row.GetString(nameof(Trigger.LastError)) is { Length: > 0 } error ? error : null,
    };
}

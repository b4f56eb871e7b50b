using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;

namespace Serverless.Runs.Apps;

/// <summary>Keeps the apps of workspaces. A run has a copy of its app: what is changed or removed here concerns only runs to come.</summary>
public sealed class AppStore(TableServiceClient tables, UnreadableRows unreadable)
{
    private const string RowPrefix = "app-";
    private const string EndOfRows = "app.";
    private const string Name = "Name";
    private const string Description = "Description";

    private readonly TableClient _table = tables.GetTableClient(TableNames.Apps);

    /// <summary>Stores an app that is new.</summary>
    /// <returns>Whether it was; one that is there stays as it is.</returns>
    internal async Task<bool> TryAddAsync(string workspace, AppDefinition app, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(RowOf(workspace, app), cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status == StatusCodes.Status409Conflict)
        {
            return false;
        }
    }

    /// <summary>Stores an app, in place of the one that has its id.</summary>
    /// <returns>Whether it is new.</returns>
    internal async Task<bool> PutAsync(string workspace, AppDefinition app, CancellationToken cancellationToken)
    {
        if (await TryAddAsync(workspace, app, cancellationToken))
        {
            return true;
        }

        await _table.UpsertEntityAsync(RowOf(workspace, app), TableUpdateMode.Replace, cancellationToken);
        return false;
    }

    /// <summary>Removes an app.</summary>
    /// <returns>Whether it was there.</returns>
    internal async Task<bool> DeleteAsync(string workspace, string appId, CancellationToken cancellationToken)
    {
        using var response = await _table.DeleteEntityAsync(workspace, RowPrefix + appId, ETag.All, cancellationToken);
        return response.Status != StatusCodes.Status404NotFound;
    }

    /// <summary>An app of a workspace; null when there is none of this id.</summary>
    internal async Task<AppDefinition?> FindAsync(string workspace, string appId, CancellationToken cancellationToken)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(workspace, RowPrefix + appId, cancellationToken: cancellationToken);
        if (!row.HasValue)
        {
            return null;
        }

        return await unreadable.TryAsync(TableNames.Apps, row.Value!, DefinitionOf);
    }

    /// <summary>The apps of a workspace, in the order of their ids.</summary>
    internal IAsyncEnumerable<AppSummary> ListAsync(string workspace, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {RowPrefix} and RowKey lt {EndOfRows}");
        var rows = _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey", Name, Description], cancellationToken: cancellationToken);
        return unreadable.ReadAsync(TableNames.Apps, rows, SummaryOf);
    }

    private static AppDefinition DefinitionOf(TableEntity row)
    {
        using var json = JsonDocument.Parse(PayloadColumns.Read(row));
        return AppDefinitionReader.Read(row.RowKey[RowPrefix.Length..], json.RootElement);
    }

    private static AppSummary SummaryOf(TableEntity row) =>
        new(row.RowKey[RowPrefix.Length..], row.GetString(Name) ?? "", row.GetString(Description) ?? "", IsPublic: false);

    // Name and description stand beside the definition, so that a list does not have to read it.
    private static TableEntity RowOf(string workspace, AppDefinition app)
    {
        var row = new TableEntity(workspace, RowPrefix + app.AppId) { [Name] = app.Name, [Description] = app.Description };
        PayloadColumns.Write(row, AppDefinitionWriter.Write(app));
        return row;
    }
}

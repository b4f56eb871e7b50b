using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Wire;

namespace Azure.Data.Tables;

/// <summary>The tables of a storage account.</summary>
public class TableServiceClient
{
    private const string NextTableHeader = "x-ms-continuation-NextTableName";

    private readonly TableEndpoint _endpoint;

    /// <summary>Creates a client for the account a connection string leads to.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <exception cref="InvalidOperationException">The connection string is malformed.</exception>
    /// <exception cref="ArgumentException">The connection string lacks the account, its key or its place.</exception>
    public TableServiceClient(string connectionString)
        : this(connectionString, options: null)
    {
    }

    /// <summary>Creates a client for the account a connection string leads to.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">Retries, transport and policies.</param>
    /// <exception cref="InvalidOperationException">The connection string is malformed.</exception>
    /// <exception cref="ArgumentException">The connection string lacks the account, its key or its place.</exception>
    public TableServiceClient(string connectionString, TableClientOptions? options = null) =>
        _endpoint = TableEndpoint.Parse(connectionString, options);

    /// <summary>Creates a client that signs in as a Microsoft Entra identity.</summary>
    /// <param name="endpoint">The account's table service; must be https.</param>
    /// <param name="tokenCredential">The identity.</param>
    /// <param name="options">Retries, transport and policies.</param>
    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null) =>
        _endpoint = new(endpoint, tokenCredential, options);

    /// <summary>Creates a client that signs with the account's key.</summary>
    /// <param name="endpoint">The account's table service.</param>
    /// <param name="credential">The account's name and key.</param>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential)
        : this(endpoint, credential, options: null)
    {
    }

    /// <summary>Creates a client that signs with the account's key.</summary>
    /// <param name="endpoint">The account's table service.</param>
    /// <param name="credential">The account's name and key.</param>
    /// <param name="options">Retries, transport and policies.</param>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options) =>
        _endpoint = new(endpoint, credential, options);

    /// <summary>The storage account's name.</summary>
    public virtual string AccountName => _endpoint.AccountName;

    /// <summary>The address of the account's table service.</summary>
    public virtual Uri Uri => _endpoint.Address;

    /// <summary>A client for one table, which shares this client's pipeline.</summary>
    /// <param name="tableName">The table's name.</param>
    public virtual TableClient GetTableClient(string tableName) => new(_endpoint, tableName);

    /// <summary>Creates a table.</summary>
    /// <param name="tableName">The table's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RequestFailedException">The service refused, 409 if the table exists.</exception>
    public virtual Task<Response<TableItem>> CreateTableAsync(string tableName, CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).CreateAsync(cancellationToken);

    /// <summary>Creates a table unless it exists.</summary>
    /// <param name="tableName">The table's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The table; the raw response's status is 409 if it existed.</returns>
    /// <exception cref="RequestFailedException">The service refused.</exception>
    public virtual Task<Response<TableItem>> CreateTableIfNotExistsAsync(string tableName, CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).CreateIfNotExistsAsync(cancellationToken);

    /// <summary>Deletes a table.</summary>
    /// <param name="tableName">The table's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The response; its status is 404 if there was no such table.</returns>
    /// <exception cref="RequestFailedException">The service refused.</exception>
    public virtual Task<Response> DeleteTableAsync(string tableName, CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).DeleteAsync(cancellationToken);

    /// <summary>The account's tables, by name.</summary>
    /// <param name="filter">An OData filter, such as <c>TableName eq 'logs'</c>; null returns all.</param>
    /// <param name="maxPerPage">At most how many tables a page holds.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RequestFailedException">The service refused; thrown while enumerating.</exception>
    public virtual AsyncPageable<TableItem> QueryAsync(
        string? filter = null, int? maxPerPage = null, CancellationToken cancellationToken = default)
    {
        return new Pages<TableItem>(ReadPage, maxPerPage, cancellationToken);

        async Task<Page<TableItem>> ReadPage(string? continuationToken, int? pageSize, CancellationToken cancellation)
        {
            var response = await _endpoint.SendAsync(TableOperations.Query(filter, pageSize, continuationToken), cancellation);
            using var page = JsonDocument.Parse(response.Content);
            var tables = page.RootElement.GetProperty("value").EnumerateArray()
                .Select(table => new TableItem(table.GetProperty("TableName").GetString()!))
                .ToArray();
            return Page<TableItem>.FromValues(tables, response.Headers.TryGetValue(NextTableHeader, out var next) ? next : null, response);
        }
    }
}

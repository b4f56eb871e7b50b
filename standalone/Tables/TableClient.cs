using Azure.Core;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Wire;

namespace Azure.Data.Tables;

/// <summary>One table of a storage account.</summary>
public class TableClient
{
    private readonly TableEndpoint _endpoint;

    /// <summary>Creates a client for a table of the account a connection string leads to.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="tableName">The table's name.</param>
    /// <exception cref="InvalidOperationException">The connection string is malformed.</exception>
    /// <exception cref="ArgumentException">The connection string lacks the account, its key or its place.</exception>
    public TableClient(string connectionString, string tableName)
        : this(connectionString, tableName, options: null)
    {
    }

    /// <summary>Creates a client for a table of the account a connection string leads to.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="tableName">The table's name.</param>
    /// <param name="options">Retries, transport and policies.</param>
    /// <exception cref="InvalidOperationException">The connection string is malformed.</exception>
    /// <exception cref="ArgumentException">The connection string lacks the account, its key or its place.</exception>
    public TableClient(string connectionString, string tableName, TableClientOptions? options = null)
        : this(TableEndpoint.Parse(connectionString, options), tableName)
    {
    }

    /// <summary>Creates a client that signs in as a Microsoft Entra identity.</summary>
    /// <param name="endpoint">The account's table service; must be https.</param>
    /// <param name="tableName">The table's name.</param>
    /// <param name="tokenCredential">The identity.</param>
    /// <param name="options">Retries, transport and policies.</param>
    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(new TableEndpoint(endpoint, tokenCredential, options), tableName)
    {
    }

    /// <summary>Creates a client that signs with the account's key.</summary>
    /// <param name="endpoint">The account's table service.</param>
    /// <param name="tableName">The table's name.</param>
    /// <param name="credential">The account's name and key.</param>
    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(endpoint, tableName, credential, options: null)
    {
    }

    /// <summary>Creates a client that signs with the account's key.</summary>
    /// <param name="endpoint">The account's table service.</param>
    /// <param name="tableName">The table's name.</param>
    /// <param name="credential">The account's name and key.</param>
    /// <param name="options">Retries, transport and policies.</param>
    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential, TableClientOptions? options = null)
        : this(new TableEndpoint(endpoint, credential, options), tableName)
    {
    }

    internal TableClient(TableEndpoint endpoint, string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        _endpoint = endpoint;
        Name = tableName;
        Uri = endpoint.Locate(tableName);
    }

    /// <summary>The table's name.</summary>
    public virtual string Name { get; }

    /// <summary>The storage account's name.</summary>
    public virtual string AccountName => _endpoint.AccountName;

    /// <summary>The table's address.</summary>
    public virtual Uri Uri { get; }

    /// <summary>Writes an OData filter: the interpolated values are quoted and escaped by their type.</summary>
    /// <param name="filter">The filter, such as <c>$"PartitionKey eq {key}"</c>.</param>
    /// <exception cref="ArgumentException">A value's type has no place in a filter.</exception>
    public static string CreateQueryFilter(FormattableString filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return string.Format(filter.Format, Array.ConvertAll(filter.GetArguments(), ODataLiteral.Of));
    }

    /// <summary>Creates the table.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RequestFailedException">The service refused, 409 if the table exists.</exception>
    public virtual async Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default)
    {
        var response = await _endpoint.SendAsync(TableOperations.Create(Name), cancellationToken);
        return Response.FromValue(new TableItem(Name), response);
    }

    /// <summary>Creates the table unless it exists.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The table; the raw response's status is 409 if it existed.</returns>
    /// <exception cref="RequestFailedException">The service refused, 409 if the table is still being deleted.</exception>
    public virtual async Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        var response = await _endpoint.SendAsync(TableOperations.CreateOrConflict(Name), cancellationToken);
        if (response.Status == 409 && TableError.ToException(response) is { ErrorCode: { } code } conflict && code == TableErrorCode.TableBeingDeleted)
        {
            throw conflict;
        }

        return Response.FromValue(new TableItem(Name), response);
    }

    /// <summary>Deletes the table.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The response; its status is 404 if there was no such table.</returns>
    /// <exception cref="RequestFailedException">The service refused.</exception>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) =>
        _endpoint.SendAsync(TableOperations.Delete(Name), cancellationToken);

    /// <summary>Inserts a row.</summary>
    /// <typeparam name="T">The row's class.</typeparam>
    /// <param name="entity">The row.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The response, with the row's ETag in its headers.</returns>
    /// <exception cref="RequestFailedException">The service refused, 409 if the row exists.</exception>
    public virtual async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        RequireKeys(entity);
        return await _endpoint.SendAsync(EntityOperations.Insert(Name, entity), cancellationToken);
    }

    /// <summary>Reads a row.</summary>
    /// <typeparam name="T">The row's class.</typeparam>
    /// <param name="partitionKey">The partition the row lives in.</param>
    /// <param name="rowKey">The row's name in it.</param>
    /// <param name="select">The properties to read; null reads all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RequestFailedException">The service refused, 404 if there is no such row.</exception>
    public virtual async Task<Response<T>> GetEntityAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        RequireKeys(partitionKey, rowKey);
        var response = await _endpoint.SendAsync(EntityOperations.Get(Name, partitionKey, rowKey, select), cancellationToken);
        return Response.FromValue(EntityReader.ReadOne<T>(response.Content), response);
    }

    /// <summary>Reads a row that may not be there.</summary>
    /// <typeparam name="T">The row's class.</typeparam>
    /// <param name="partitionKey">The partition the row lives in.</param>
    /// <param name="rowKey">The row's name in it.</param>
    /// <param name="select">The properties to read; null reads all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The row, or a response without a value.</returns>
    /// <exception cref="RequestFailedException">The service refused.</exception>
    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        RequireKeys(partitionKey, rowKey);
        var response = await _endpoint.SendAsync(EntityOperations.GetOrMissing(Name, partitionKey, rowKey, select), cancellationToken);
        return response.Status == 404 ? new MissingResponse<T>(response) : Response.FromValue(EntityReader.ReadOne<T>(response.Content), response);
    }

    /// <summary>Inserts a row, or changes it if it exists.</summary>
    /// <typeparam name="T">The row's class.</typeparam>
    /// <param name="entity">The row.</param>
    /// <param name="mode">What becomes of properties that are not in <paramref name="entity"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The response, with the row's new ETag in its headers.</returns>
    /// <exception cref="RequestFailedException">The service refused.</exception>
    public virtual async Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        RequireKeys(entity);
        return await _endpoint.SendAsync(EntityOperations.Write(Name, entity, mode), cancellationToken);
    }

    /// <summary>Changes a row that has not changed since it was read.</summary>
    /// <typeparam name="T">The row's class.</typeparam>
    /// <param name="entity">The row.</param>
    /// <param name="ifMatch">The version the row must have; <see cref="ETag.All"/> for any.</param>
    /// <param name="mode">What becomes of properties that are not in <paramref name="entity"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The response, with the row's new ETag in its headers.</returns>
    /// <exception cref="RequestFailedException">The service refused, 412 if the row has changed, 404 if it is gone.</exception>
    public virtual async Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        RequireKeys(entity);
        if (ifMatch == default)
        {
            throw new ArgumentException("An update needs an ETag; ETag.All matches any version.", nameof(ifMatch));
        }

        return await _endpoint.SendAsync(EntityOperations.Write(Name, entity, mode, ifMatch), cancellationToken);
    }

    /// <summary>Deletes a row.</summary>
    /// <param name="entity">The row; only its keys matter.</param>
    /// <param name="ifMatch">The version the row must have; the default is any.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The response; its status is 404 if there was no such row.</returns>
    /// <exception cref="RequestFailedException">The service refused, 412 if the row has changed.</exception>
    public virtual Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }

    /// <summary>Deletes a row.</summary>
    /// <param name="partitionKey">The partition the row lives in.</param>
    /// <param name="rowKey">The row's name in it.</param>
    /// <param name="ifMatch">The version the row must have; the default is any.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The response; its status is 404 if there was no such row.</returns>
    /// <exception cref="RequestFailedException">The service refused, 412 if the row has changed.</exception>
    public virtual async Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        RequireKeys(partitionKey, rowKey);
        return await _endpoint.SendAsync(EntityOperations.Delete(Name, partitionKey, rowKey, ifMatch), cancellationToken);
    }

    /// <summary>The rows a filter matches, by partition and row key.</summary>
    /// <typeparam name="T">The rows' class.</typeparam>
    /// <param name="filter">An OData filter, as <see cref="CreateQueryFilter"/> writes it; null returns all.</param>
    /// <param name="maxPerPage">At most how many rows a page holds, up to 1,000.</param>
    /// <param name="select">The properties to read; null reads all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RequestFailedException">The service refused; thrown while enumerating.</exception>
    public virtual AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var selection = EntityOperations.Selection(select);
        return new Pages<T>(ReadPage, maxPerPage, cancellationToken);

        async Task<Page<T>> ReadPage(string? continuationToken, int? pageSize, CancellationToken cancellation)
        {
            var operation = EntityOperations.Query(Name, filter, selection, pageSize, EntityContinuation.Parse(continuationToken));
            var response = await _endpoint.SendAsync(operation, cancellation);
            return Page<T>.FromValues(EntityReader.ReadPage<T>(response.Content), EntityContinuation.After(response), response);
        }
    }

    /// <summary>Takes all the given actions, or none. They must be of one partition and of different rows, 100 at most.</summary>
    /// <param name="transactionActions">The actions.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One response per action, in their order, with the rows' new ETags in their headers.</returns>
    /// <exception cref="InvalidOperationException">There are no actions.</exception>
    /// <exception cref="TableTransactionFailedException">One action failed, so none took place.</exception>
    /// <exception cref="RequestFailedException">The service refused the transaction as such.</exception>
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        var response = await _endpoint.SendAsync(Changeset.Of(transactionActions, Name, _endpoint), cancellationToken);
        var results = ChangesetReader.Read(response);
        return results is [{ Status: >= 400 } failure]
            ? throw new TableTransactionFailedException(TableError.ToException(failure))
            : Response.FromValue(results, response);
    }

    private static void RequireKeys(ITableEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        RequireKeys(entity.PartitionKey, entity.RowKey);
    }

    private static void RequireKeys(string partitionKey, string rowKey)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
    }
}

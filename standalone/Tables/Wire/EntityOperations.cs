using Azure.Core;

namespace Azure.Data.Tables.Wire;

/// <summary>The requests that work on the rows of one table.</summary>
internal static class EntityOperations
{
    private static readonly StatusCodeClassifier Created = new([201, 204]);
    private static readonly StatusCodeClassifier Written = new([204]);
    private static readonly StatusCodeClassifier DeletedOrMissing = new([204, 404]);
    private static readonly StatusCodeClassifier Found = new([200]);
    private static readonly StatusCodeClassifier FoundOrMissing = new([200, 404]);

    /// <summary>Inserts a row.</summary>
    public static TableOperation Insert(string table, ITableEntity entity) =>
        new(RequestMethod.Post, Uri.EscapeDataString(table), Created) { Body = EntityWriter.Write(entity) };

    /// <summary>Merges or replaces a row; without an ETag the row need not exist.</summary>
    public static TableOperation Write(string table, ITableEntity entity, TableUpdateMode mode, ETag ifMatch = default)
    {
        var method = mode switch
        {
            TableUpdateMode.Merge => RequestMethod.Patch,
            TableUpdateMode.Replace => RequestMethod.Put,
            _ => throw new ArgumentException($"There is no update mode {mode}.", nameof(mode)),
        };
        return new(method, Address(table, entity.PartitionKey, entity.RowKey), Written) { IfMatch = ifMatch, Body = EntityWriter.Write(entity) };
    }

    /// <summary>Deletes a row, or answers 404; without an ETag whatever its version.</summary>
    public static TableOperation Delete(string table, string partitionKey, string rowKey, ETag ifMatch) =>
        new(RequestMethod.Delete, Address(table, partitionKey, rowKey), DeletedOrMissing) { IfMatch = ifMatch == default ? ETag.All : ifMatch };

    /// <summary>Reads a row.</summary>
    public static TableOperation Get(string table, string partitionKey, string rowKey, IEnumerable<string>? select) =>
        Get(table, partitionKey, rowKey, select, Found);

    /// <summary>Reads a row, or answers 404.</summary>
    public static TableOperation GetOrMissing(string table, string partitionKey, string rowKey, IEnumerable<string>? select) =>
        Get(table, partitionKey, rowKey, select, FoundOrMissing);

    /// <summary>Reads one page of rows.</summary>
    public static TableOperation Query(string table, string? filter, string? select, int? top, EntityContinuation continuation)
    {
        var query = QueryString.Of(
            ("$filter", filter),
            ("$select", select),
            ("$top", top?.ToString()),
            ("NextPartitionKey", continuation.PartitionKey),
            ("NextRowKey", continuation.RowKey));
        return new(RequestMethod.Get, $"{Uri.EscapeDataString(table)}(){query}", Found);
    }

    /// <summary>Names the properties to return in the form the service reads; null returns all.</summary>
    public static string? Selection(IEnumerable<string>? select) => select is null ? null : string.Join(',', select);

    private static TableOperation Get(string table, string partitionKey, string rowKey, IEnumerable<string>? select, StatusCodeClassifier expected) =>
        new(RequestMethod.Get, Address(table, partitionKey, rowKey) + QueryString.Of(("$select", Selection(select))), expected);

    private static string Address(string table, string partitionKey, string rowKey) =>
        $"{Uri.EscapeDataString(table)}(PartitionKey={ODataLiteral.ToPath(partitionKey)},RowKey={ODataLiteral.ToPath(rowKey)})";
}

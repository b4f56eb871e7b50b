using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables.Wire;

/// <summary>The requests that work on tables themselves.</summary>
internal static class TableOperations
{
    private static readonly StatusCodeClassifier Created = new([201, 204]);
    private static readonly StatusCodeClassifier CreatedOrExists = new([201, 204, 409]);
    private static readonly StatusCodeClassifier DeletedOrMissing = new([204, 404]);
    private static readonly StatusCodeClassifier Found = new([200]);

    /// <summary>Creates a table.</summary>
    public static TableOperation Create(string table) => Create(table, Created);

    /// <summary>Creates a table, or answers 409.</summary>
    public static TableOperation CreateOrConflict(string table) => Create(table, CreatedOrExists);

    /// <summary>Deletes a table, or answers 404.</summary>
    public static TableOperation Delete(string table) =>
        new(RequestMethod.Delete, $"Tables({ODataLiteral.ToPath(table)})", DeletedOrMissing);

    /// <summary>Reads one page of the tables' names.</summary>
    public static TableOperation Query(string? filter, int? top, string? continuation) =>
        new(RequestMethod.Get, "Tables" + QueryString.Of(("$filter", filter), ("$top", top?.ToString()), ("NextTableName", continuation)), Found);

    private static TableOperation Create(string table, StatusCodeClassifier expected) =>
        new(RequestMethod.Post, "Tables", expected) { Body = JsonSerializer.SerializeToUtf8Bytes(new { TableName = table }) };
}

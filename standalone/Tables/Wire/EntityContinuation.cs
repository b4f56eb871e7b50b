namespace Azure.Data.Tables.Wire;

/// <summary>Where a query's next page starts; opaque to callers, two keys to the service.</summary>
internal readonly record struct EntityContinuation(string? PartitionKey, string? RowKey)
{
    private const string PartitionKeyHeader = "x-ms-continuation-NextPartitionKey";
    private const string RowKeyHeader = "x-ms-continuation-NextRowKey";

    /// <summary>Reads a token; null, or one without keys, starts at the beginning.</summary>
    public static EntityContinuation Parse(string? token)
    {
        if (token is null or { Length: <= 1 })
        {
            return default;
        }

        var keys = token.Split(' ', 2);
        return new(keys[0], keys is [_, { Length: > 0 } rowKey] ? rowKey : null);
    }

    /// <summary>The token for the page after the given one, or null if it was the last.</summary>
    public static string? After(Response page)
    {
        page.Headers.TryGetValue(PartitionKeyHeader, out var partitionKey);
        page.Headers.TryGetValue(RowKeyHeader, out var rowKey);
        return partitionKey is null && rowKey is null ? null : $"{partitionKey} {rowKey}";
    }
}

namespace Azure.Data.Tables;

/// <summary>What every row has: its two keys, the version the service gave it and the time of its last write.</summary>
public interface ITableEntity
{
    /// <summary>The partition the row lives in; rows of one partition can share a transaction.</summary>
    string PartitionKey { get; set; }

    /// <summary>The row's name, unique within its partition; rows are ordered by it.</summary>
    string RowKey { get; set; }

    /// <summary>When the service last wrote the row (UTC). Set by the service, ignored on writes.</summary>
    DateTimeOffset? Timestamp { get; set; }

    /// <summary>The version of the row that was read, for conditional writes.</summary>
    ETag ETag { get; set; }
}

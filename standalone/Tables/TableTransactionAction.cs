namespace Azure.Data.Tables;

/// <summary>What one action of a transaction does to its row.</summary>
public enum TableTransactionActionType
{
    /// <summary>Inserts the row; fails if it exists.</summary>
    Add = 0,

    /// <summary>Merges into the row if the ETag matches; without an ETag, inserts or merges.</summary>
    UpdateMerge = 1,

    /// <summary>Replaces the row if the ETag matches; without an ETag, inserts or replaces.</summary>
    UpdateReplace = 2,

    /// <summary>Deletes the row if the ETag matches, or whatever its version without one; fails if it does not exist.</summary>
    Delete = 3,

    /// <summary>Inserts the row or merges into it.</summary>
    UpsertMerge = 4,

    /// <summary>Inserts the row or replaces it.</summary>
    UpsertReplace = 5,
}

/// <summary>One step of a transaction.</summary>
/// <param name="actionType">What to do.</param>
/// <param name="entity">The row to do it to.</param>
/// <param name="etag">The version the row must have; the default asks for none.</param>
public class TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity, ETag etag = default)
{
    /// <summary>Creates an action that does not depend on the row's version.</summary>
    /// <param name="actionType">What to do.</param>
    /// <param name="entity">The row to do it to.</param>
    public TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity)
        : this(actionType, entity, default)
    {
    }

    /// <summary>What the action does.</summary>
    public TableTransactionActionType ActionType { get; } = actionType;

    /// <summary>The row it does it to.</summary>
    public ITableEntity Entity { get; } = entity ?? throw new ArgumentNullException(nameof(entity));

    /// <summary>The version the row must have; the default asks for none.</summary>
    public ETag ETag { get; } = etag;
}

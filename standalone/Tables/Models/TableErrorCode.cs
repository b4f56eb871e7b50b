using System.ComponentModel;

namespace Azure.Data.Tables.Models;

/// <summary>A code by which the table service names an error; compares without regard to case.</summary>
/// <param name="value">The code's text.</param>
public readonly struct TableErrorCode(string value) : IEquatable<TableErrorCode>
{
    private readonly string? _value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>The identity may not do this (403).</summary>
    public static TableErrorCode AuthorizationPermissionMismatch { get; } = new("AuthorizationPermissionMismatch");

    /// <summary>A transaction's actions are of more than one partition (400).</summary>
    public static TableErrorCode CommandsInBatchActOnDifferentPartitions { get; } = new("CommandsInBatchActOnDifferentPartitions");

    /// <summary>A transaction is larger than 4 MiB (413).</summary>
    public static TableErrorCode ContentLengthExceeded { get; } = new("ContentLengthExceeded");

    /// <summary>The row to add is there already (409).</summary>
    public static TableErrorCode EntityAlreadyExists { get; } = new("EntityAlreadyExists");

    /// <summary>The row to change is not there (404).</summary>
    public static TableErrorCode EntityNotFound { get; } = new("EntityNotFound");

    /// <summary>The row is larger than 1 MiB (400).</summary>
    public static TableErrorCode EntityTooLarge { get; } = new("EntityTooLarge");

    /// <summary>The service refuses the request (403).</summary>
    public static TableErrorCode Forbidden { get; } = new("Forbidden");

    /// <summary>A transaction names the same row twice (400).</summary>
    public static TableErrorCode InvalidDuplicateRow { get; } = new("InvalidDuplicateRow");

    /// <summary>The request is not well formed (400).</summary>
    public static TableErrorCode InvalidInput { get; } = new("InvalidInput");

    /// <summary>The service did not finish in time (500).</summary>
    public static TableErrorCode OperationTimedOut { get; } = new("OperationTimedOut");

    /// <summary>A value is out of its range, or a key has a forbidden character (400).</summary>
    public static TableErrorCode OutOfRangeInput { get; } = new("OutOfRangeInput");

    /// <summary>A property's value is larger than 64 KiB (400).</summary>
    public static TableErrorCode PropertyValueTooLarge { get; } = new("PropertyValueTooLarge");

    /// <summary>The row is not there (404).</summary>
    public static TableErrorCode ResourceNotFound { get; } = new("ResourceNotFound");

    /// <summary>The table to create is there already (409).</summary>
    public static TableErrorCode TableAlreadyExists { get; } = new("TableAlreadyExists");

    /// <summary>The table is still being deleted (409).</summary>
    public static TableErrorCode TableBeingDeleted { get; } = new("TableBeingDeleted");

    /// <summary>The table is not there (404).</summary>
    public static TableErrorCode TableNotFound { get; } = new("TableNotFound");

    /// <summary>The row has changed since it was read (412).</summary>
    public static TableErrorCode UpdateConditionNotSatisfied { get; } = new("UpdateConditionNotSatisfied");

    /// <summary>Whether both are the same code.</summary>
    /// <param name="left">One code.</param>
    /// <param name="right">The other code.</param>
    public static bool operator ==(TableErrorCode left, TableErrorCode right) => left.Equals(right);

    /// <summary>Whether the codes differ.</summary>
    /// <param name="left">One code.</param>
    /// <param name="right">The other code.</param>
    public static bool operator !=(TableErrorCode left, TableErrorCode right) => !left.Equals(right);

    /// <summary>Takes a code from its text.</summary>
    /// <param name="value">The code's text.</param>
    public static implicit operator TableErrorCode(string value) => new(value);

    /// <inheritdoc/>
    public bool Equals(TableErrorCode other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object? obj) => obj is TableErrorCode other && Equals(other);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which key the Functions host asks of an HTTP caller. Without Azure there are no keys: every level admits everyone.</summary>
public enum AuthorizationLevel
{
    /// <summary>No key.</summary>
    Anonymous = 0,

    /// <summary>A user's token.</summary>
    User = 1,

    /// <summary>The function's key.</summary>
    Function = 2,

    /// <summary>A system key.</summary>
    System = 3,

    /// <summary>The master key.</summary>
    Admin = 4,
}

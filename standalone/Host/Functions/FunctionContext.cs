namespace Microsoft.Azure.Functions.Worker;

/// <summary>One execution of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Identifies this execution.</summary>
    public abstract string InvocationId { get; }

    /// <summary>Identifies the function, the same for each execution.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The services of this execution's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function that is executed.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>Whatever this execution wants to keep with itself.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Cancelled when the execution should end: the client has gone, or the host is out of patience.</summary>
    public virtual CancellationToken CancellationToken { get; }
}

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What is known about a function.</summary>
public abstract class FunctionDefinition
{
    /// <summary>The namespace, class and method behind the function.</summary>
    public abstract string EntryPoint { get; }

    /// <summary>Identifies the function.</summary>
    public abstract string Id { get; }

    /// <summary>The function's name.</summary>
    public abstract string Name { get; }
}

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// What a header says of a label: <c>=value</c> when every record has that value (<c>=</c> when none has the field),
/// <see cref="Mixed"/> when they differ.
/// </summary>
public static class Label
{
    /// <summary>The records differ: only opening the chunk tells.</summary>
    public const string Mixed = "*";

    /// <summary>All records have this value, or, for an empty one, lack the field.</summary>
    public static string Uniform(string value) => "=" + value;

    /// <summary>The label of two chunks put together.</summary>
    public static string Merge(string first, string second) => first == second ? first : Mixed;
}

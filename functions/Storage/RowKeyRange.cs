namespace Serverless.Storage;

/// <summary>Row keys from one, included, up to another, excluded; or partition keys.</summary>
public readonly record struct RowKeyRange(string From, string To)
{
    /// <summary>All keys that begin with a text, the text itself included.</summary>
    /// <param name="prefix">The text; not empty.</param>
    public static RowKeyRange StartingWith(string prefix) => new(prefix, After(prefix));

    /// <summary>The first key after all those that begin with a text.</summary>
    /// <param name="prefix">The text; not empty.</param>
    public static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}

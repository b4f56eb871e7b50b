using System.Text.Json;

namespace Serverless.Outbound.Search;

/// <summary>How a provider is asked, and how its answer is read.</summary>
internal interface ISearchProvider
{
    /// <summary>The request for a search.</summary>
    /// <param name="query">What to search for.</param>
    /// <param name="count">How many pages are wanted, 1 to 20.</param>
    HttpRequestMessage Ask(string query, int count);

    /// <summary>The pages of an answer.</summary>
    /// <exception cref="UpstreamException">It is no answer to a search.</exception>
    IReadOnlyList<FoundPage> Read(JsonElement answer);
}

/// <summary>Reads what providers send, which may be anything.</summary>
internal static class ProviderJson
{
    /// <summary>A member that is a string; null when it is none.</summary>
    public static string? Text(this JsonElement element, string name)
    {
        try
        {
            return element.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no text, or half a surrogate pair.
            return null;
        }
    }

    /// <summary>The elements of a member that is an array; null when it is none.</summary>
    public static IEnumerable<JsonElement>? Elements(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : null;
}

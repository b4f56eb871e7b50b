using System.Globalization;
using System.Text.Json;

namespace Serverless.Runs.Engine.Steps;

/// <summary>Finds a value within a JSON document by a pointer (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>Follows a pointer.</summary>
    /// <param name="root">The document.</param>
    /// <param name="pointer">The pointer: empty for the whole, else <c>/</c> before each name or index.</param>
    /// <returns>What it leads to; null when that is nothing.</returns>
    public static JsonElement? Find(JsonElement root, string pointer)
    {
        if (pointer.Length == 0)
        {
            return root;
        }

        return pointer[0] == '/' ? pointer[1..].Split('/').Aggregate((JsonElement?)root, (value, token) => value is { } parent ? Step(parent, Unescape(token)) : null) : null;
    }

    private static JsonElement? Step(JsonElement parent, string token) => parent.ValueKind switch
    {
        JsonValueKind.Object when parent.TryGetProperty(token, out var member) => member,
        JsonValueKind.Array when IndexOf(token) is { } index && index < parent.GetArrayLength() => parent[index],
        _ => null,
    };

    // Without leading zeros; "-" would be the element after the last, and there is none.
    private static int? IndexOf(string token) =>
        (token.Length == 1 || !token.StartsWith('0')) && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static string Unescape(string token) => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}

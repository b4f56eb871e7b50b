using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Texts;

namespace Serverless.Agents;

/// <summary>The JSON body of a request, read field by field. Other fields are ignored; problems are collected and told at once.</summary>
internal sealed class AgentBody
{
    private const int MaxBytes = 64 * 1024;

    private readonly IReadOnlyDictionary<string, JsonElement> _members;
    private readonly List<string> _problems = [];

    private AgentBody(IReadOnlyDictionary<string, JsonElement> members) => _members = members;

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">400 when it is no JSON object, 413, or 415.</exception>
    public static async Task<AgentBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        new(await JsonBody.ReadObjectAsync(request, MaxBytes, cancellationToken));

    /// <summary>A text that has to be given.</summary>
    /// <param name="name">The field.</param>
    /// <param name="maxLength">Its longest length, in characters; the shortest is 1.</param>
    /// <param name="isAllowed">Whether a character may stand in it.</param>
    /// <param name="kind">Such characters, in words.</param>
    public string Text(string name, int maxLength, Predicate<char> isAllowed, string kind)
    {
        if (!_members.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            _problems.Add($"{name} is required");
            return "";
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (text.Length == 0 || Characters.Exceed(text, maxLength) || !text.All(letter => isAllowed(letter)))
        {
            _problems.Add($"{name} must be a string of 1 to {maxLength} {kind}");
        }

        return text;
    }

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ApiException">422: something was wrong.</exception>
    public void Conclude()
    {
        if (_problems.Count > 0)
        {
            throw Lithtrix.Invalid(_problems);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;

namespace Serverless.Organizations;

/// <summary>Words in an array: at most 16 of up to 64 letters, digits and <c>: . _ -</c>. A word that is given twice counts once.</summary>
/// <inheritdoc/>
internal sealed record WordsField(string Name, string Description) : Field<IReadOnlyList<string>>(Name, Description)
{
    private const int MaxWords = 16;
    private const int MaxWordLength = 64;

    /// <inheritdoc/>
    public override IReadOnlyList<string>? Read(string text, string path, RequestProblems problems) => Check([text], path, problems);

    /// <inheritdoc/>
    public override IReadOnlyList<string>? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(word => word.ValueKind == JsonValueKind.String))
        {
            return Check([.. value.EnumerateArray().Select(word => word.GetString()!).Distinct(StringComparer.Ordinal)], path, problems);
        }

        problems.Type(path, "an array of strings");
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new()
    {
        ["type"] = "array",
        ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = MaxWordLength, ["pattern"] = "^[A-Za-z0-9:._-]+$" },
        ["maxItems"] = MaxWords,
    };

    private static List<string>? Check(List<string> words, string path, RequestProblems problems)
    {
        if (words.Count <= MaxWords && words.TrueForAll(IsWord))
        {
            return words;
        }

        problems.Value(path, $"at most {MaxWords} words of 1 to {MaxWordLength} letters, digits and : . _ -");
        return null;
    }

    private static bool IsWord(string text) =>
        text.Length is > 0 and <= MaxWordLength && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ':' or '.' or '_' or '-');
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;

namespace Serverless.Runs.Apps;

/// <summary>The fields that several parts of a definition have.</summary>
internal static class DefinitionFields
{
    private const int MaxIdLength = 64;
    private const int MaxNameLength = 100;
    private const int MaxDescriptionLength = 1_000;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly TextRule IdRule = new(IsId, $"1 to {MaxIdLength} of a-z, 0-9, _ and -") { Pattern = $"^[a-z0-9_-]{{1,{MaxIdLength}}}$" };
    private static readonly TextRule LineRule = new(IsLine, "one line that neither begins nor ends with a space");

    /// <summary>An id, which has to be given.</summary>
    public static NamingField Id(string description) => new(new("id", description) { Rule = IdRule }) { IsRequired = true };

    /// <summary>A name: a line of printable characters.</summary>
    public static NamingField Name(string name, string description) =>
        new(new(name, $"{description} One line that neither begins nor ends with a space.") { MinLength = 1, MaxLength = MaxNameLength, Rule = LineRule });

    /// <summary>A description of something.</summary>
    public static TextField Description(string description) => new("description", description) { MaxLength = MaxDescriptionLength };

    private static bool IsId(string text) => text.Length is > 0 and <= MaxIdLength && !text.AsSpan().ContainsAnyExcept(IdCharacters);

    private static bool IsLine(string text) => !text.Any(char.IsControl) && text.AsSpan().Trim().Length == text.Length;
}

/// <summary>
/// A text by which other values of a request name something. One that does not look as it has to is told of, and stays what it is: whoever names it is not
/// wrong because of that.
/// </summary>
/// <param name="Text">What it has to be.</param>
internal sealed record NamingField(TextField Text) : Field<string>(Text.Name, Text.Description)
{
    private readonly TextField _withoutRule = Text with { Rule = null };

    /// <inheritdoc/>
    public override string? Read(JsonElement value, string path, RequestProblems problems) => Judge(_withoutRule.Read(value, path, problems), path, problems);

    /// <inheritdoc/>
    public override string? Read(string text, string path, RequestProblems problems) => Judge(_withoutRule.Read(text, path, problems), path, problems);

    /// <inheritdoc/>
    public override JsonObject ToSchema() => Text.ToSchema();

    private string? Judge(string? text, string path, RequestProblems problems)
    {
        if (text is not null && !Text.Rule!.Fits(text))
        {
            problems.Text(path, Text, TextProblem.Characters);
        }

        return text;
    }
}

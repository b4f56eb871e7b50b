using System.Buffers;
using Serverless.Http;

namespace Serverless.Runs.Apps;

/// <summary>What ids of apps look like, and those of triggers.</summary>
internal static class AppIds
{
    private const int MaxLength = 64;
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The rule.</summary>
    public static TextRule Rule { get; } = new(IsAppId, $"1 to {MaxLength} of a-z, 0-9 and -") { Pattern = $"^[a-z0-9-]{{1,{MaxLength}}}$" };

    /// <summary>The id of an app in a path.</summary>
    public static TextField InPath { get; } = new("appId", "The id of the app.") { Rule = Rule };

    /// <summary>Whether a text could be the id of an app.</summary>
    public static bool IsAppId(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(Characters);
}

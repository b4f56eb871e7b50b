using System.Buffers;

namespace Serverless.Runs.Apps;

/// <summary>What ids of apps look like.</summary>
internal static class AppIds
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "1 to 64 of a-z, 0-9 and -";

    private const int MaxLength = 64;
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether a text could be the id of an app.</summary>
    public static bool IsAppId(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(Characters);
}

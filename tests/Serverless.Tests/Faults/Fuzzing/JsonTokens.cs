using System.Text.RegularExpressions;

namespace Serverless.Tests.Faults.Fuzzing;

/// <summary>Takes JSON apart.</summary>
internal static partial class JsonTokens
{
    /// <summary>The tokens of a document, or of several in a row; white space but for line ends is left out.</summary>
    public static List<string> Split(string json) => [.. Token().Matches(json).Select(match => match.Value)];

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|[-+.\w]+|[\[\]{},:\n]
        """, RegexOptions.IgnorePatternWhitespace, 1000)]
    private static partial Regex Token();
}

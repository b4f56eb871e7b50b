using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Infrastructure;

/// <summary>A row of the table of settings in docs/operations.md.</summary>
/// <param name="Names">The settings it is about.</param>
/// <param name="Type">Their type and default.</param>
/// <param name="Effect">What they do.</param>
internal sealed record SettingsRow(IReadOnlyList<string> Names, string Type, string Effect);

/// <summary>The table of settings in docs/operations.md.</summary>
internal static partial class SettingsPage
{
    /// <summary>Its rows. A name with <c>…</c> begins as the one before it; one with <c>&lt;plan&gt;</c> is there for every name in the effect.</summary>
    public static IReadOnlyList<SettingsRow> Read() =>
    [
        .. File.ReadLines(SourceTree.PathOf("docs", "operations.md"))
            .SkipWhile(line => line != "## Settings").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(Row),
    ];

    private static SettingsRow Row(string line)
    {
        var cells = line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray();
        Assert.Equal(3, cells.Length);
        return new([.. Names(cells[0], cells[2])], cells[1], cells[2]);
    }

    private static IEnumerable<string> Names(string cell, string effect)
    {
        var before = "";
        foreach (Match name in Quoted().Matches(cell))
        {
            var text = name.Groups["text"].Value;
            before = text.StartsWith('…') ? before[..before.LastIndexOf("__", StringComparison.Ordinal)] + text[1..] : text;
            if (Placeholder().Match(before) is not { Success: true } placeholder)
            {
                yield return before;
                continue;
            }

            foreach (var plan in Quoted().Match(effect).Groups["text"].Value.Split(' '))
            {
                yield return before.Replace(placeholder.Value, plan, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex("<[a-z]+>", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}

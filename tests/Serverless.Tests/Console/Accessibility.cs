using Microsoft.Playwright;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Console;

/// <summary>What axe finds wrong with a page for those who see, hear or move otherwise than its makers.</summary>
internal static class Accessibility
{
    private static readonly Lazy<string> Axe = new(() => File.ReadAllText(SourceTree.PathOf("console", "node_modules", "axe-core", "axe.min.js")));

    // All that a theme changes is its colours.
    private static readonly string[] RulesOfColours = ["color-contrast", "link-in-text-block"];

    /// <summary>Everything axe finds, a line each.</summary>
    /// <param name="page">The page.</param>
    /// <param name="rules">What it looks at; everything when null.</param>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync(IPage page, string[]? rules = null)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
        {
            await BringAsync(page);
        }

        return await page.EvaluateAsync<string[]>(
            """
            async rules => (await axe.run(document, { resultTypes: ['violations'], preload: false, ...(rules ? { runOnly: rules } : {}) })).violations
              .map(found => `${found.id}: ${found.help}: ${found.nodes.map(node => node.target.join(' ')).join(', ')}`)
            """,
            rules);
    }

    // Half a megabyte of script. Playwright would have it evaluated by a script of its own, which took half a second.
    private static async Task BringAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Runtime.evaluate", new() { ["expression"] = Axe.Value });
        await session.DetachAsync();
    }

    /// <summary>Everything axe finds, light and dark. Afterwards the page is dark.</summary>
    public static async Task<IReadOnlyList<string>> FindProblemsInBothThemesAsync(IPage page)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        var light = await FindProblemsAsync(page);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        var dark = await FindProblemsAsync(page, RulesOfColours);
        return [.. light, .. dark.Select(problem => $"dark: {problem}")];
    }

    /// <summary>Makes sure that axe finds nothing, light and dark. Afterwards the page is dark.</summary>
    public static async Task ExpectNoProblemsAsync(ConsolePage page)
    {
        var problems = await FindProblemsInBothThemesAsync(page.Page);
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }
}

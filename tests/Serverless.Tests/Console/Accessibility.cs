using Microsoft.Playwright;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Console;

/// <summary>What axe finds wrong with a page for those who see, hear or move otherwise than its makers.</summary>
internal static class Accessibility
{
    // Its value is no function, which the browser would call.
    private static readonly Lazy<string> Axe = new(() => File.ReadAllText(SourceTree.PathOf("console", "node_modules", "axe-core", "axe.min.js")) + "\n;0");

    /// <summary>Everything axe finds, a line each.</summary>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync(IPage page)
    {
        await page.EvaluateAsync(Axe.Value);
        return await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .map(found => `${found.id}: ${found.help}: ${found.nodes.map(node => node.target.join(' ')).join(', ')}`)
            """);
    }

    /// <summary>Makes sure that axe finds nothing.</summary>
    public static async Task ExpectNoProblemsAsync(ConsolePage page)
    {
        var problems = await FindProblemsAsync(page.Page);
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }
}

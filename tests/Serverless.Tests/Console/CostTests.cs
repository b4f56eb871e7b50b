using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Console;

/// <summary>What looking at the page costs in storage transactions: docs/console.md says it view by view, and these tests count.</summary>
[Collection(ConsoleTests.Name)]
public sealed partial class CostTests(ConsoleFixture fixture)
{
    private const int Minute = 60_000;

    // What the application does beside, such as dealing with a message of a test before, is counted too, and only adds.
    private const int Looks = 3;

    /// <summary>The rows of the document: a path, the most requests and reads of a first look, and those of a minute more.</summary>
    public static TheoryData<string, int, int, int, int> Views
    {
        get
        {
            var views = new TheoryData<string, int, int, int, int>();
            foreach (Match row in Row.Matches(File.ReadAllText(SourceTree.PathOf("docs/console.md"))))
            {
                views.Add(row.Groups["path"].Value, Number("requests"), Number("reads"), Number("more"), Number("again"));

                int Number(string name) => int.Parse(row.Groups[name].Value, CultureInfo.InvariantCulture);
            }

            return views;
        }
    }

    [BrowserTheory]
    [MemberData(nameof(Views))]
    public async Task A_view_costs_what_the_document_says(string path, int requests, int reads, int requestsOfMinute, int readsOfMinute)
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync(ConsoleFixture.Nothing, async page =>
        {
            using var watch = new RequestWatch(page.Page);
            var said = "";
            for (var look = 0; look < Looks; look++)
            {
                var first = await CountAsync(watch, () => page.Page.GotoAsync(tenant.PathOf(path)));
                var minute = await CountAsync(watch, () => PassAsync(page, Minute));
                if (first.IsAtMost(requests, reads) && minute.IsAtMost(requestsOfMinute, readsOfMinute))
                {
                    return;
                }

                said = $"{path}:\n{first}\nand in a minute\n{minute}";
            }

            Assert.Fail(said);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_page_that_is_not_seen_asks_nothing_and_looks_at_once_when_it_is_seen_again()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync(ConsoleFixture.Nothing, async page =>
        {
            using var requests = new RequestWatch(page.Page);
            await page.Page.GotoAsync("/console/overview");
            await requests.SettleAsync();
            var before = requests.Asked.Count;

            await HideAsync(true);
            await PassAsync(page, 10 * Minute);
            await requests.SettleAsync();
            Assert.Equal(before, requests.Asked.Count);

            await HideAsync(false);
            await requests.SettleAsync();
            Assert.True(requests.Asked.Count > before);

            Task HideAsync(bool isHidden) => page.Page.EvaluateAsync(
                "isHidden => { Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }", isHidden);
        }, tenant);
    }

    [GeneratedRegex(
        @"^\| `(?<path>/console/[^`]*)` +\| (?<requests>\d+) +\| (?<reads>\d+) +\| (?<more>\d+) +\| (?<again>\d+) +\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row { get; }

    // The page looks at its clock whenever it comes to be seen: that of the test is ahead then.
    private static Task<JsonElement?> PassAsync(ConsolePage page, int milliseconds) => page.Page.EvaluateAsync(
        "ahead => { const now = Date.now.bind(Date); Date.now = () => now() + ahead; document.dispatchEvent(new Event('visibilitychange')); }", milliseconds);

    private async Task<Cost> CountAsync(RequestWatch watch, Func<Task> look)
    {
        fixture.Proxy.Reset();
        var before = watch.Asked.Count;
        await look();
        await watch.SettleAsync();
        return new([.. watch.Asked.Skip(Math.Max(before, watch.Before)).Where(asked => asked.Contains(" /v1/", StringComparison.Ordinal))], [.. fixture.Proxy.Transactions.Where(transaction => transaction is { Service: "table", Method: "GET" })]);
    }

    // Writes are left out: requests that come at once are counted for their session together, or not.
    private sealed record Cost(IReadOnlyList<string> Asked, IReadOnlyList<StorageTransaction> Reads)
    {
        public bool IsAtMost(int requests, int reads) => Asked.Count <= requests && Reads.Count <= reads;

        public override string ToString() => $"{Asked.Count} requests: {string.Join(", ", Asked)}\n{Reads.Count} reads: {string.Join(", ", Reads.Select(read => read.Path))}";
    }
}

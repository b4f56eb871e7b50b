using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The view of logs: a question, its entries, one of them, and those that come in.</summary>
[Collection(ConsoleViewTests.Name)]
public sealed partial class LogsTests(ConsoleFixture fixture)
{
    // Longer than the samples, so that none of them leaves the range while a test goes on.
    private const string All = "/console/logs?range=6h";
    private const int Errors = 30;
    private const int EntriesOfATrace = ConsoleSamples.LogCount / ConsoleSamples.TraceCount;

    // A stream that the test feeds.
    private const string FakeStream =
        """
        () => {
          window.EventSource = class extends EventTarget {
            static OPEN = 1;
            static CLOSED = 2;
            readyState = 1;
            constructor() { super(); window.stream = this; setTimeout(() => this.onopen?.(new Event('open'))); }
            close() { this.readyState = 2; }
          };
          window.feed = (from, until) => {
            for (let n = from; n < until; n++) {
              const entry = { id: `live-${n}`, timestamp: new Date().toISOString(), level: ['info', 'warn', 'error'][n % 3], message: `Live entry ${n}`, metadata: { n } };
              window.stream.dispatchEvent(new MessageEvent('log', { data: JSON.stringify(entry) }));
            }
          };
        }
        """;

    [BrowserFact]
    public Task A_question_is_asked_and_its_entries_are_read_by_keyboard() => BrowseAsync(All, async page =>
    {
        await ExpectLoadedAsync(page, 200);
        var keyboard = page.Page.Keyboard;
        var options = page.Page.GetByRole(AriaRole.Option);

        await keyboard.PressAsync("/");
        await keyboard.TypeAsync("lev");
        await Expect(options).ToHaveTextAsync(["level:"]);
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("Enter");
        await keyboard.TypeAsync("err");
        await Expect(options).ToHaveTextAsync(["level:error"]);
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("Enter");
        await ExpectLoadedAsync(page, Errors);

        await keyboard.PressAsync("Escape");
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("Enter");
        var drawer = page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Entry" });
        await Expect(drawer.GetByRole(AriaRole.Heading, new() { Name = "PaymentDeclined: The card was declined" })).ToBeVisibleAsync();
        await Expect(drawer).ToContainTextAsync("at charge (payment.js:12:7)");
        var first = page.Page.Url;
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("j");
        await Expect(page.Rows.And(page.Page.Locator("[aria-selected=true]"))).ToHaveAttributeAsync("aria-rowindex", "4");
        Assert.NotEqual(first, page.Page.Url);

        await page.Page.ReloadAsync();
        await Expect(drawer).ToBeVisibleAsync();
        await ExpectLoadedAsync(page, Errors);

        // However many were looked at, one step back leads to the list.
        await page.Page.GoBackAsync();
        await Expect(drawer).Not.ToBeVisibleAsync();
        await ExpectLoadedAsync(page, Errors);
    });

    [BrowserFact]
    public Task Values_of_fields_are_asked_for_and_left_out() => BrowseAsync(All, async page =>
    {
        const int Debug = 60;
        const int OfStaging = 15;

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Only level debug", Exact = true }).ClickAsync();
        await ExpectLoadedAsync(page, Debug);
        var without = page.Page.GetByRole(AriaRole.Button, new() { Name = "Without environment staging", Exact = true });
        await without.ClickAsync();
        await ExpectLoadedAsync(page, Debug - OfStaging);
        await Expect(page.Page.GetByRole(AriaRole.Combobox)).ToHaveValueAsync("level:\"debug\" NOT environment:\"staging\"");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "metadata.path as a column", Exact = true }).ClickAsync();
        await Expect(page.Rows.Locator("[data-column='metadata.path']").First).ToHaveTextAsync(OrderPath());
    });

    [BrowserFact]
    public Task An_entry_leads_to_what_happened_around_it_and_to_its_trace() => BrowseAsync($"{All}&query=level%3Aerror", async page =>
    {
        const int Around = 20;
        await page.Rows.Nth(10).ClickAsync();
        var around = page.Page.Locator(".around li");
        await Expect(around).ToHaveCountAsync(Around + 1 + Around);
        await Expect(page.Page.Locator(".around li[aria-current=true]")).ToHaveCountAsync(1);
        await Expect(around.Nth(Around)).ToHaveAttributeAsync("aria-current", "true");

        var trace = page.Page.GetByRole(AriaRole.Link, new() { Name = "Trace", Exact = true });
        await Expect(trace).ToHaveAttributeAsync("href", TraceAddress());
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "All entries of this trace" }).ClickAsync();
        await ExpectLoadedAsync(page, EntriesOfATrace);
    });

    [BrowserFact]
    public async Task An_entry_that_is_sent_comes_in_where_nothing_was()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await BrowseAsync(
            "/console/logs?live=1",
            async page =>
            {
                await Expect(page.View).ToContainTextAsync("No entries in the range");
                await Expect(page.View).ToContainTextAsync("$LUMINALOG_KEY");
                await Expect(page.Page.GetByText("Entries come in as they are stored.")).ToBeVisibleAsync();

                await tenant.SendAsync([new() { ["timestamp"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture), ["level"] = "warn", ["message"] = "The first" }]);

                await Expect(page.Rows.Locator("[data-column=message]")).ToHaveTextAsync(["The first"]);
            },
            tenant);
    }

    [BrowserFact]
    public Task A_thousand_entries_a_second_come_in_and_wait_while_somebody_reads() => BrowseAsync("/docs", async page =>
    {
        await page.Page.EvaluateAsync(FakeStream);
        await page.GoAsync($"{All}&live=1");
        await ExpectLoadedAsync(page, 200);
        await Expect(page.Page.GetByText("Entries come in as they are stored.")).ToBeVisibleAsync();

        await page.Page.EvaluateAsync(
            """
            () => new Promise(done => {
              const began = performance.now();
              const end = window.fed = 2000;
              let fed = 0;
              const frame = () => {
                const due = Math.min(end, Math.floor(performance.now() - began));
                window.feed(fed, due);
                fed = due;
                if (fed < end) requestAnimationFrame(frame);
                else done();
              };
              requestAnimationFrame(frame);
            })
            """);

        var end = await page.Page.EvaluateAsync<int>("window.fed");
        await Expect(page.Rows.First).ToContainTextAsync($"Live entry {end - 1}");
        await ExpectLoadedAsync(page, 1000);

        await page.Page.Locator(".rows").EvaluateAsync("rows => { rows.scrollTop = 2800; }");
        await Expect(page.Page.GetByText($"Live entry {end - 101}")).ToBeVisibleAsync();
        await page.Page.EvaluateAsync("() => window.feed(window.fed, window.fed + 20)");
        var waiting = page.Page.GetByRole(AriaRole.Button, new() { Name = "20 new", Exact = true });
        await Expect(waiting).ToBeVisibleAsync();
        await Expect(page.Page.GetByText($"Live entry {end - 101}")).ToBeVisibleAsync();
        await waiting.ClickAsync();
        await Expect(page.Rows.First).ToContainTextAsync($"Live entry {end + 19}");
        await Expect(waiting).Not.ToBeVisibleAsync();
    });

    [BrowserFact]
    public Task Of_ten_thousand_entries_only_those_in_sight_are_there() => BrowseAsync(All, async page =>
    {
        await page.Page.RouteAsync(address => new Uri(address).AbsolutePath == "/v1/logs", route =>
        {
            var cursor = QueryHelpers.ParseQuery(new Uri(route.Request.Url).Query).GetValueOrDefault("cursor").ToString();
            var from = cursor.Length > 0 ? int.Parse(cursor, CultureInfo.InvariantCulture) : 0;
            var now = DateTimeOffset.UtcNow;
            var logs = new JsonArray([.. Enumerable.Range(from, 5_000).Select(number => new JsonObject
            {
                ["id"] = $"{number}", ["timestamp"] = now.AddSeconds(-number).ToString("O", CultureInfo.InvariantCulture), ["level"] = "info", ["message"] = $"Entry {number}",
            })]);
            return route.FulfillAsync(new() { ContentType = "application/json", Body = new JsonObject { ["logs"] = logs, ["next_cursor"] = from == 0 ? "5000" : null }.ToJsonString() });
        });
        await page.Page.ReloadAsync();
        await ExpectLoadedAsync(page, 5_000);
        await page.Page.Locator(".rows").EvaluateAsync("rows => { rows.scrollTop = rows.scrollHeight; }");
        await ExpectLoadedAsync(page, 10_000);

        await page.Page.Locator(".rows").EvaluateAsync("rows => { rows.scrollTop = rows.scrollHeight; }");
        await Expect(page.Page.GetByText("Entry 9999", new() { Exact = true })).ToBeVisibleAsync();
        Assert.InRange(await page.Rows.CountAsync(), 1, 100);
    });

    [BrowserFact]
    public Task A_question_is_saved_opened_and_deleted() => BrowseAsync($"{All}&query=level%3Afatal", async page =>
    {
        var menu = page.Page.GetByRole(AriaRole.Button, new() { Name = "Saved queries" });
        var entry = page.Page.Locator(".saved .one");

        await menu.PressAsync("Enter");
        await Expect(page.Page.Locator(".saved input")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("What broke");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(entry).Not.ToBeVisibleAsync();
        await Expect(page.Page.Locator(".toast")).ToHaveTextAsync("✓ Saved");

        await page.Page.GotoAsync(All);
        await menu.ClickAsync();
        await entry.GetByText("What broke").ClickAsync();
        await ExpectLoadedAsync(page, 1);
        await Expect(page.Page.GetByRole(AriaRole.Combobox)).ToHaveValueAsync("level:fatal");

        await menu.ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Delete What broke" }).ClickAsync();
        await Expect(entry).ToHaveCountAsync(0);
    });

    [BrowserFact]
    public Task What_is_asked_for_is_exported_whole() => BrowseAsync($"{All}&query=level%3Ainfo%20OR%20level%3Adebug", async page =>
    {
        const int Asked = 240;
        await ExpectLoadedAsync(page, 200);

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync());

        Assert.Matches("^logs-.+\\.ndjson$", download.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(Asked, lines.Length);
        Assert.All(lines, line => Assert.Contains(JsonDocument.Parse(line).RootElement.GetProperty("level").GetString(), (string[])["info", "debug"]));
    });

    [BrowserFact]
    public Task Hostile_text_is_text() => BrowseAsync($"{All}&query=level%3Awarn", async page =>
    {
        await page.Rows.Filter(new() { HasText = HostileText.Markup }).ClickAsync();
        await Expect(page.Page.Locator(".drawer .message")).ToHaveTextAsync(HostileText.Markup);
        await page.Rows.Filter(new() { HasText = "WWWW" }).ClickAsync();
        await Expect(page.Page.Locator(".drawer .message")).ToHaveTextAsync(HostileText.Long);

        Assert.Null(await page.Page.EvaluateAsync<int?>("window.hostile"));
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
    });

    [BrowserFact]
    public Task A_question_that_makes_no_sense_shows_where() => BrowseAsync(All, async page =>
    {
        page.Expect("400", "/v1/logs");
        await ExpectLoadedAsync(page, 200);
        await page.Page.Keyboard.PressAsync("/");
        await page.Page.Keyboard.TypeAsync("level:(error");
        await page.Page.Keyboard.PressAsync("Enter");

        var mistake = page.Page.Locator(".query [role=alert]");
        await Expect(mistake).ToContainTextAsync("at character 7");
        await Expect(mistake.Locator("code")).ToHaveTextAsync("level:(error");
        await Expect(mistake.Locator("mark")).ToHaveTextAsync("(");
        await Expect(page.Page.GetByRole(AriaRole.Combobox)).ToHaveAttributeAsync("aria-invalid", "true");
    });

    [BrowserFact]
    public Task A_narrow_window_shows_entries_one_over_them_and_the_fields() => BrowseAsync(
        $"{All}&query=level%3Aerror",
        async page =>
        {
            await page.Rows.First.ClickAsync();
            await Expect(page.Page.Locator(".around li").First).ToBeVisibleAsync();
            Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
            await Accessibility.ExpectNoProblemsAsync(page);
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
            await Expect(page.Page.Locator(".drawer")).Not.ToBeVisibleAsync();

            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Fields", Exact = true }).ClickAsync();
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Only environment production", Exact = true }).ClickAsync();
            await Expect(page.Page.GetByRole(AriaRole.Combobox)).ToHaveValueAsync("level:error environment:\"production\"");
            Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        },
        window: Window.Narrow);

    [BrowserFact]
    public Task Each_thing_is_asked_once_and_axe_finds_nothing() => BrowseAsync(
        All,
        async page =>
        {
            await ExpectLoadedAsync(page, 200);
            using var watch = new RequestWatch(page.Page);
            await page.Page.ReloadAsync();
            await ExpectLoadedAsync(page, 200);
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Only level error", Exact = true }).WaitForAsync();
            await Expect(page.Page.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
            var asked = watch.Asked.Where(request => request.Contains(" /v1/", StringComparison.Ordinal)).Select(request => request.Split('?')[0]);
            Assert.Equal(["GET /v1/auth/session", "GET /v1/logs", "GET /v1/logs/fields", "GET /v1/logs/stats"], asked.Order(StringComparer.Ordinal));

            await page.Rows.Filter(new() { HasText = "error" }).First.ClickAsync();
            await Expect(page.Page.Locator(".around li").First).ToBeVisibleAsync();
            await Accessibility.ExpectNoProblemsAsync(page);
            await Pictures.TakeAsync(page, "entry", () => Expect(page.Page.Locator(".drawer .message")).ToBeVisibleAsync());
        });

    [GeneratedRegex("^/api/orders/[0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex OrderPath();

    [GeneratedRegex("^/console/traces\\?.*trace=trace-[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex TraceAddress();

    private static Task ExpectLoadedAsync(ConsolePage page, int count) =>
        Expect(page.Page.GetByRole(AriaRole.Grid)).ToHaveAttributeAsync("aria-rowcount", (count + 1).ToString(CultureInfo.InvariantCulture));

    private async Task BrowseAsync(string path, Func<ConsolePage, Task> look, ConsoleTenant? tenant = null, Window? window = null) =>
        await fixture.BrowseAsync(path, look, tenant ?? await fixture.FilledTenantAsync(), window);
}

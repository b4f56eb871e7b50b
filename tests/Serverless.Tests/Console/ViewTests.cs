using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>What holds of every view, with data in it that is meant to do harm.</summary>
[Collection(ConsoleViewTests.Name)]
public sealed class ViewTests(ConsoleFixture fixture)
{
    // Each by its path, with the name of its picture.
    private static readonly (string Path, string Name)[] Views =
    [
        ("/console/overview", "overview"),
        ("/console/logs?query=level%3Aerror", "logs"),
        ("/console/traces", "traces"),
        ("/console/traces?trace=trace-2&span=span-2-3", "trace"),
        ("/console/traces?tab=users", "users"),
        ("/console/costs", "costs"),
        ("/console/performance", "performance"),
        ("/console/runs", "runs"),
        ("/console/apps", "apps"),
        ("/console/apps/report", "app"),
        ("/console/triggers/nightly", "trigger"),
        ("/console/webhooks", "webhooks"),
        ("/console/webhooks/{endpointId}", "endpoint"),
        ("/console/webhooks?tab=signatures", "signatures"),
        ("/console/alerts", "alerts"),
        ("/console/alerts/errors", "alert"),
        ("/console/keys", "keys"),
        ("/console/keys?tab=members", "members"),
        ("/console/keys?tab=projects", "projects"),
        ("/console/keys?tab=prices", "prices"),
        ("/console/keys?tab=redaction", "redaction"),
        ("/console/keys?tab=usage", "usage"),
        ("/console/operator", "operator"),
        ("/docs/ingestLogs", "api"),
    ];

    // Each view, and the page of each thing, with the heading it keeps while nothing can be had.
    private static readonly (string Path, string Heading)[] Headings =
    [
        ("/console/overview", "Overview"),
        ("/console/logs", "Logs"),
        ("/console/traces", "Traces"),
        ("/console/traces?trace=one", "Trace one"),
        ("/console/costs", "Costs"),
        ("/console/performance", "Performance"),
        ("/console/runs", "Runs"),
        ("/console/runs/one", "Run one"),
        ("/console/apps", "Apps"),
        ("/console/apps/one", "App one"),
        ("/console/triggers", "Triggers"),
        ("/console/triggers/one", "Trigger one"),
        ("/console/webhooks", "Webhooks"),
        ("/console/webhooks/one", "Endpoint one"),
        ("/console/alerts", "Alerts"),
        ("/console/alerts/one", "Alert one"),
        ("/console/keys", "Keys and members"),
        ("/docs", "API"),
    ];

    // What the operator sees, by the names of the tabs.
    private static readonly string[] OperatorTabs = ["Organizations", "Agents", "Queues", "Poison messages", "Unreadable rows", "Health"];

    [BrowserFact]
    public async Task Each_view_is_for_everybody_wide_and_narrow_light_and_dark()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console", async page =>
        {
            // There is none yet, which is how one begins.
            page.Expect("404", "/v1/triggers/");
            await ExpectForEverybodyAsync(page, Views.Select(view => (view.Name, Open: (Func<Task>)(() => page.GoAsync(tenant.PathOf(view.Path))))));
            Assert.False(await page.Page.EvaluateAsync<bool>("'hostile' in window"));
        }, tenant);
    }

    [BrowserFact]
    public async Task The_operator_s_views_are_for_everybody_too()
    {
        await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/operator", async page =>
        {
            await page.SignOperatorInAsync();
            await ExpectForEverybodyAsync(page, OperatorTabs.Select(tab => ($"operator-{tab.Split(' ')[0].ToLowerInvariant()}", (Func<Task>)(() => page.OpenTabAsync(tab)))));
        });
    }

    [BrowserFact]
    public async Task A_session_that_ends_asks_for_a_sign_in_over_the_view_and_what_was_typed_is_still_there()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/apps/echo?range=6h", async page =>
        {
            await page.View.GetByLabel("Text").FillAsync("Typed before");
            var address = page.Page.Url;
            await page.Page.Context.ClearCookiesAsync();
            page.Expect("401", "/v1/");
            await page.Page.Keyboard.PressAsync("Control+Enter");

            var dialog = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "The session is over" });
            await Expect(dialog.GetByLabel("E-mail")).ToHaveValueAsync(tenant.Email);
            await Expect(dialog.GetByLabel("Password")).ToBeFocusedAsync();
            await page.Page.Keyboard.TypeAsync(ConsoleFixture.DemoPassword);
            await page.Page.Keyboard.PressAsync("Enter");

            await Expect(dialog).ToHaveCountAsync(0);
            Assert.Equal(address, page.Page.Url);
            await Expect(page.View.GetByLabel("Text")).ToHaveValueAsync("Typed before");
            await page.Page.Keyboard.PressAsync("Control+Enter");
            await Expect(page.View.Locator(".output pre")).ToHaveTextAsync("Typed before");
        }, tenant);
    }

    [BrowserFact]
    public async Task Whoever_does_not_sign_in_again_leaves()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/logs?query=level%3Afatal", async page =>
        {
            await Expect(page.View.GetByText("Out of memory")).ToBeVisibleAsync();
            await page.Page.Context.ClearCookiesAsync();
            page.Expect("401", "/v1/");
            await page.Page.Keyboard.PressAsync("r");
            await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

            await page.Page.Keyboard.PressAsync("Escape");

            await Expect(page.Page.GetByText("Out of memory")).ToHaveCountAsync(0);
            await Expect(page.Page.GetByLabel("E-mail")).ToHaveValueAsync(ConsoleFixture.DemoEmail);
        }, tenant);
    }

    [BrowserFact]
    public async Task Runs_and_traces_are_found_by_their_ids_and_views_by_their_names()
    {
        var tenant = await fixture.FilledTenantAsync();
        var run = await tenant.RunAsync("echo", """{"Text":"Found"}""");
        await fixture.BrowseAsync("/console/overview", async page =>
        {
            await Expect(page.View.Locator(".figure").First).ToBeVisibleAsync();
            await FindAsync(page, run);
            await Expect(page.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Run {run}");

            await FindAsync(page, "overview");
            await Expect(page.View.Locator(".figure").First).ToBeVisibleAsync();

            await FindAsync(page, "trace-2");
            await Expect(page.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Trace trace-2");

            await page.Page.Keyboard.PressAsync("Control+k");
            await page.Page.Keyboard.TypeAsync("/v1/logs/fields");
            await page.Page.GetByRole(AriaRole.Option).Filter(new() { HasText = "operation" }).ClickAsync();
            await Expect(page.View.GetByText("curl ")).ToContainTextAsync("/v1/logs/fields");
        }, tenant);
    }

    [BrowserFact]
    public Task Storage_that_is_away_is_said_and_tried_again() => fixture.BrowseAsync("/console/webhooks", async page =>
    {
        await Expect(page.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await page.Page.RouteAsync("**/v1/organization/keys?*", route => route.FulfillAsync(new()
        {
            Status = 500,
            ContentType = "application/json",
            Headers = new Dictionary<string, string> { ["X-Request-Id"] = "request-7" },
            Body = """{"error":"Storage keeps silent","code":"RESOURCE_UNAVAILABLE","retryable":true}""",
        }));
        page.Expect("500", "/v1/organization/keys");
        await page.Page.Keyboard.PressAsync("g");
        await page.Page.Keyboard.PressAsync("k");
        await Expect(page.View.GetByText("Storage keeps silent")).ToBeVisibleAsync();
        await Expect(page.View.GetByText("request-7")).ToBeVisibleAsync();

        await page.Page.UnrouteAllAsync();
        await page.View.GetByRole(AriaRole.Button, new() { Name = "Try again" }).PressAsync("Enter");

        await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "New key" })).ToBeVisibleAsync();
    }, fixture.Demo);

    [BrowserFact]
    public Task A_view_whose_data_cannot_be_had_keeps_its_heading_and_the_way_back() => fixture.BrowseAsync("/console/keys", async page =>
    {
        var heading = page.View.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await Expect(heading).ToBeVisibleAsync();
        await page.Page.RouteAsync(
            address => new Uri(address).AbsolutePath is var asked && (asked.StartsWith("/v1/", StringComparison.Ordinal) || asked == "/openapi.json"),
            route => route.FulfillAsync(new() { Status = 503, ContentType = "application/json", Body = """{"error":"Storage keeps silent"}""" }));
        page.Expect("503", "/v1/");
        page.Expect("503", "/openapi.json");
        foreach (var (path, text) in Headings)
        {
            await page.GoAsync(path);
            await Expect(heading).ToHaveTextAsync(text);
            await Expect(page.View.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Not available for the moment");
            await Expect(page.View.GetByText("Back", new() { Exact = true })).ToHaveCountAsync(text.EndsWith(" one", StringComparison.Ordinal) ? 1 : 0);
        }
    }, fixture.Demo);

    // One page goes from view to view. To open a page for each would take longer than all that is looked at; that an address opens its view is tested elsewhere.
    private static async Task ExpectForEverybodyAsync(ConsolePage page, IEnumerable<(string Name, Func<Task> Open)> views)
    {
        using var watch = new RequestWatch(page.Page);
        var window = new Window();
        var problems = new List<string>();
        foreach (var (name, open) in views)
        {
            await page.Page.SetViewportSizeAsync(window.Width, window.Height);
            await open();
            await watch.SettleAsync();
            await Expect(page.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
            problems.AddRange((await Accessibility.FindProblemsInBothThemesAsync(page.Page)).Select(problem => $"{name}: {problem}"));
            await page.Page.SetViewportSizeAsync(Window.Narrow.Width, Window.Narrow.Height);
            await watch.SettleAsync();
            var width = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (width != Window.Narrow.Width)
            {
                problems.Add($"{name}: {width} pixels wide in a window of {Window.Narrow.Width}");
            }

            await Pictures.TakeAsync(page, name, watch.SettleAsync);
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static async Task FindAsync(ConsolePage page, string text)
    {
        await page.Page.Keyboard.PressAsync("Control+k");
        await page.Page.GetByRole(AriaRole.Combobox, new() { Name = "What to find" }).FillAsync(text);
        await page.Page.Keyboard.PressAsync("Enter");
    }
}

using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Serverless.Tenancy;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The views of runs, of apps, and of triggers.</summary>
[Collection(ConsoleTests.Name)]
public sealed partial class RunViewTests(ConsoleFixture fixture)
{
    private const string Waiting =
        """
        {"name":"Waiting","steps":[{"id":"wait","kind":"delay","seconds":600},{"id":"end","kind":"text","template":"Over","after":["wait"]}],
        "outputs":[{"id":"end","label":"End","type":"text","step":"end"}]}
        """;

    [BrowserFact]
    public async Task A_form_starts_a_run_and_its_page_shows_how_it_ends()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/apps/echo", async page =>
        {
            await page.View.GetByLabel("Text").FillAsync(HostileText.Markup);
            await page.Page.Keyboard.PressAsync("Control+Enter");

            await Expect(page.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Run ");
            await Expect(page.View.Locator("header").GetByText("completed")).ToBeVisibleAsync();
            await Expect(page.View.Locator(".output pre")).ToHaveTextAsync(HostileText.Markup);
            await page.Page.ReloadAsync();
            await Expect(page.View.Locator(".output pre")).ToHaveTextAsync(HostileText.Markup);
            Assert.False(await page.Page.EvaluateAsync<bool>("'hostile' in window"));
        }, tenant);
    }

    [BrowserFact]
    public async Task Inputs_that_are_not_valid_are_told_of_at_their_place()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.DefineAsync("fetch-it", """{"name":"Fetch it","parameters":[{"id":"page","name":"Page","type":"url"}],"steps":[{"id":"a","kind":"text","template":"{{inputs.Page}}"}],"outputs":[{"id":"a","label":"A","type":"text","step":"a"}]}""");
        await fixture.BrowseAsync("/console/apps/fetch-it", async page =>
        {
            page.Expect("400", "/v1/apps/fetch-it/runs");
            await page.View.GetByLabel("Page").FillAsync("ftp://example.com/");
            await page.Page.Keyboard.PressAsync("Control+Enter");

            await Expect(page.View.Locator("label").Filter(new() { HasText = "Page" }).GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        }, tenant);
    }

    [BrowserFact]
    public async Task A_run_that_failed_says_why()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/runs?status=failed", async page =>
        {
            await Expect(page.Rows).ToHaveCountAsync(1);
            await page.Page.Keyboard.PressAsync("j");
            await page.Page.Keyboard.PressAsync("Enter");

            await Expect(page.View.GetByRole(AriaRole.Alert)).ToContainTextAsync("Step \"fetch\" failed");
            await Expect(page.View.Locator(".output").Filter(new() { HasText = "Title" }).Locator("pre")).ToHaveTextAsync("A report");
        }, tenant);
    }

    [BrowserFact]
    public async Task Runs_come_in_and_change_live()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.DefineAsync("waiting", Waiting);
        var first = await StartAsync(tenant);
        await fixture.BrowseAsync("/console/runs", async page =>
        {
            var streamed = page.Page.WaitForRequestAsync("**/v1/runs/live*");
            await page.Page.ReloadAsync();
            await streamed;
            await Expect(page.Rows).ToHaveCountAsync(1);

            await StartAsync(tenant);
            await Expect(page.Rows).ToHaveCountAsync(2);
            await tenant.Runs.DoAsync("POST", $"/v1/runs/{first}/cancel");
            await Expect(page.Rows.Nth(1)).ToContainTextAsync("cancelled");
        }, tenant);
    }

    [BrowserFact]
    public async Task Many_are_chosen_by_keyboard_and_cancelled_and_then_deleted()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.DefineAsync("waiting", Waiting);
        for (var run = 0; run < 3; run++)
        {
            await StartAsync(tenant);
        }

        await fixture.BrowseAsync("/console/runs", async page =>
        {
            var keyboard = page.Page.Keyboard;
            await Expect(page.Rows).ToHaveCountAsync(3);
            await keyboard.PressAsync("j");
            await keyboard.PressAsync("x");
            await keyboard.PressAsync("j");
            await keyboard.PressAsync("x");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Cancel 2" }).PressAsync("Enter");
            await Expect(page.Page.GetByText("2 runs cancelled")).ToBeVisibleAsync();
            await Expect(page.Rows.Filter(new() { HasText = "cancelled" })).ToHaveCountAsync(2);

            await page.View.GetByRole(AriaRole.Button, new() { Name = "cancelled" }).ClickAsync();
            await Expect(page.Rows).ToHaveCountAsync(2);
            await page.Rows.First.GetByRole(AriaRole.Checkbox).ClickAsync();
            await page.Rows.Nth(1).GetByRole(AriaRole.Checkbox).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Delete 2" }).ClickAsync();
            await page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).PressAsync("Enter");
            await Expect(page.View.GetByText("No run is like that")).ToBeVisibleAsync();
        }, tenant);
    }

    [BrowserFact]
    public async Task An_app_is_written_with_each_problem_at_its_line_and_deleted()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/apps", async page =>
        {
            await page.View.GetByRole(AriaRole.Link, new() { Name = "New app" }).ClickAsync();
            await page.View.GetByLabel("Id").FillAsync("greeting");
            var definition = page.View.GetByLabel("Definition, as JSON");
            var right = await definition.InputValueAsync();
            await definition.FillAsync(right.Replace("\"step\": \"greet\"", "\"step\": \"nobody\"", StringComparison.Ordinal));
            page.Expect("400", "/v1/apps/greeting");
            await page.Page.Keyboard.PressAsync("Control+Enter");
            await Expect(page.View.GetByRole(AriaRole.Alert)).ToContainTextAsync("there is no step \"nobody\"");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "line 11" }).ClickAsync();
            Assert.Contains("nobody", await page.Page.EvaluateAsync<string>("() => { const { value, selectionStart, selectionEnd } = document.activeElement; return value.slice(selectionStart, selectionEnd); }"), StringComparison.Ordinal);

            await definition.FillAsync(right);
            await page.Page.Keyboard.PressAsync("Control+Enter");
            await Expect(page.View.GetByRole(AriaRole.Heading, new() { Name = "Greeting", Level = 1 })).ToBeVisibleAsync();
            await page.View.GetByLabel("Name", new() { Exact = true }).PressAsync("Control+Enter");
            await Expect(page.View.Locator(".output pre")).ToHaveTextAsync("Hello World");

            await page.Page.GotoAsync("/console/apps/greeting");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
            await page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
            await Expect(page.View.GetByRole(AriaRole.List, new() { Name = "Apps" })).Not.ToContainTextAsync("Greeting");
        }, tenant);
    }

    [BrowserFact]
    public async Task An_app_is_made_of_a_template()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/apps", async page =>
        {
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Page summary" }).ClickAsync();
            await page.Page.GetByRole(AriaRole.Dialog).GetByLabel("Id").FillAsync("my-summary");
            await page.Page.Keyboard.PressAsync("Enter");

            await Expect(page.View.GetByLabel("Definition, as JSON")).ToBeVisibleAsync();
            Assert.EndsWith("/console/apps/my-summary", page.Page.Url, StringComparison.Ordinal);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_member_starts_runs_and_defines_nothing()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host, Roles.Member);
        await tenant.DefineAsync("waiting", Waiting);
        await fixture.BrowseAsync("/console/apps", async page =>
        {
            await Expect(page.View.GetByRole(AriaRole.Link, new() { Name = "Waiting" })).ToBeVisibleAsync();
            await Expect(page.View.GetByRole(AriaRole.Link, new() { Name = "New app" })).ToHaveCountAsync(0);

            await page.Page.GotoAsync("/console/apps/waiting");
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Start a run" })).ToBeVisibleAsync();
            await Expect(page.View.GetByLabel("Definition, as JSON")).ToHaveCountAsync(0);
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_trigger_is_made_and_its_secret_shown_once()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/triggers", async page =>
        {
            page.Expect("404", "/v1/triggers/nightly");
            await page.View.GetByLabel("The id of a trigger").FillAsync("nightly");
            await page.Page.Keyboard.PressAsync("Enter");
            await page.View.GetByLabel("App").SelectOptionAsync("echo");
            await page.View.GetByLabel("Inputs, as JSON").FillAsync("""{"Text":"At night"}""");
            await page.View.GetByLabel("Schedule").FillAsync("0 0 3 * * *");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

            await Expect(page.View.GetByText("x-trigger-secret")).ToBeVisibleAsync();
            // Three o'clock is UTC's, and shown as the clock in Berlin has it.
            await Expect(page.View.Locator("dd").Filter(new() { HasTextRegex = ThreeInBerlin() })).ToBeVisibleAsync();
            await page.Page.ReloadAsync();
            await Expect(page.View.GetByText("POST /v1/triggers")).ToBeVisibleAsync();
            await Expect(page.View.GetByText("x-trigger-secret")).ToHaveCountAsync(0);
        }, tenant);
    }

    [GeneratedRegex("0[45]:00:00", RegexOptions.None, 1000)]
    private static partial Regex ThreeInBerlin();

    private static async Task<string> StartAsync(ConsoleTenant tenant) =>
        (await tenant.Runs.DoAsync("POST", "/v1/apps/waiting/runs", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
}

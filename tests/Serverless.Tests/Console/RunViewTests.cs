using System.Net;
using Microsoft.Playwright;
using Serverless.Tenancy;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The views of runs and of apps.</summary>
[Collection(ConsoleViewTests.Name)]
public sealed class RunViewTests(ConsoleFixture fixture)
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
        var tenant = await WithWaitingRunsAsync(3);
        await fixture.BrowseAsync("/console/runs", async page =>
        {
            var keyboard = page.Page.Keyboard;
            await Expect(page.Rows).ToHaveCountAsync(3);
            await keyboard.PressAsync("j");
            await keyboard.PressAsync("x");
            await keyboard.PressAsync("j");
            await keyboard.PressAsync("x");
            await AnswerAsync(page, "Cancel 2", "Cancel 2 runs?");
            await Expect(page.Page.GetByText("2 runs cancelled")).ToBeVisibleAsync();
            await Expect(page.Rows.Filter(new() { HasText = "cancelled" })).ToHaveCountAsync(2);

            await page.View.GetByRole(AriaRole.Button, new() { Name = "cancelled" }).ClickAsync();
            await Expect(page.Rows).ToHaveCountAsync(2);
            await page.Rows.First.GetByRole(AriaRole.Checkbox).ClickAsync();
            await page.Rows.Nth(1).GetByRole(AriaRole.Checkbox).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
            await AnswerAsync(page, "Delete 2", "Delete 2 runs?");
            await Expect(page.View.GetByText("No run is like that")).ToBeVisibleAsync();
        }, tenant);
    }

    [BrowserFact]
    public async Task A_range_is_chosen_by_keyboard_and_replayed_and_what_was_refused_is_said()
    {
        var tenant = await WithWaitingRunsAsync(4);
        await fixture.BrowseAsync("/console/runs", async page =>
        {
            var keyboard = page.Page.Keyboard;
            await Expect(page.Rows).ToHaveCountAsync(4);
            foreach (var key in (string[])["j", "x", "j", "j", "Shift+X"])
            {
                await keyboard.PressAsync(key);
            }

            await Expect(page.View.GetByText("3 chosen of")).ToBeVisibleAsync();
            await keyboard.PressAsync("Escape");
            await keyboard.PressAsync("Shift+K");
            await Expect(page.View.GetByText("2 chosen of")).ToBeVisibleAsync();
            await Accessibility.ExpectNoProblemsAsync(page);
            await Pictures.TakeAsync(page, "runs-chosen");

            // One of them goes before it can be replayed.
            var gone = await page.Rows.Nth(2).Locator("[data-column=id]").TextContentAsync();
            await page.Page.RouteAsync($"**/v1/runs/{gone}/replay", route => route.FulfillAsync(new()
            {
                Status = 404,
                ContentType = "application/json",
                Body = """{"error":"Run not found","code":"NOT_FOUND","retryable":false}""",
            }));
            page.Expect("404", "/replay");
            await AnswerAsync(page, "Replay 2", "Replay 2 runs?");
            await Expect(page.Page.GetByText("1 run replayed")).ToBeVisibleAsync();
            await Expect(page.Page.GetByText("1 run not replayed: Run not found")).ToBeVisibleAsync();
            await Expect(page.Rows).ToHaveCountAsync(5);
            await Expect(page.View.GetByText("1 chosen of")).ToBeVisibleAsync();

            await page.View.GetByLabel("Started by").SelectOptionAsync("replay");
            await Expect(page.Rows).ToHaveCountAsync(1);
            await Expect(page.Rows.First).ToContainTextAsync("replay");
        }, tenant);
    }

    [BrowserFact]
    public async Task All_that_match_are_cancelled_and_replayed_after_a_question_that_says_how_many()
    {
        var tenant = await WithWaitingRunsAsync(3);
        await tenant.RunAsync("echo", """{"Text":"Left alone"}""");
        await fixture.BrowseAsync("/console/runs?app=waiting", async page =>
        {
            await Expect(page.Rows).ToHaveCountAsync(3);
            await ChooseAsync("Cancel all that match…");
            await AnswerAsync(page, null, "Cancel 3 runs?");
            await Expect(page.Page.GetByText("3 runs are being cancelled")).ToBeVisibleAsync();
            await Expect(page.Rows.Filter(new() { HasText = "cancelled" })).ToHaveCountAsync(3);

            await page.View.GetByRole(AriaRole.Button, new() { Name = "cancelled" }).ClickAsync();
            await Expect(page.Rows).ToHaveCountAsync(3);
            await ChooseAsync("Replay all that match…");
            await AnswerAsync(page, null, "Replay 3 runs?");
            await Expect(page.Page.GetByText("3 runs are being replayed")).ToBeVisibleAsync();
            await page.View.GetByRole(AriaRole.Button, new() { Name = "all", Exact = true }).ClickAsync();
            await Expect(page.Rows).ToHaveCountAsync(6);

            // Nobody else's are touched.
            await page.View.GetByLabel("App").SelectOptionAsync("echo");
            await Expect(page.Rows).ToHaveCountAsync(1);

            async Task ChooseAsync(string what)
            {
                await page.View.GetByRole(AriaRole.Button, new() { Name = "All that match", Exact = true }).PressAsync("Enter");
                await page.View.GetByRole(AriaRole.Button, new() { Name = what }).PressAsync("Enter");
            }
        }, tenant);
    }

    [BrowserFact]
    public async Task A_range_holds_the_list_to_what_was_submitted_in_it()
    {
        var tenant = await WithWaitingRunsAsync(1);
        var now = DateTimeOffset.UtcNow;
        await fixture.BrowseAsync($"/console/runs?from={now.AddHours(-3):yyyy-MM-ddTHH:mm:ssZ}&to={now.AddHours(-2):yyyy-MM-ddTHH:mm:ssZ}", async page =>
        {
            await Expect(page.View.GetByText("No run is like that")).ToBeVisibleAsync();

            await page.Page.Locator(".range > button").PressAsync("Enter");
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "15m" }).PressAsync("Enter");
            await Expect(page.Rows).ToHaveCountAsync(1);
            await page.Page.Locator(".range > button").PressAsync("Enter");
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "any time" }).PressAsync("Enter");
            await Expect(page.Rows).ToHaveCountAsync(1);
            Assert.EndsWith("/console/runs", page.Page.Url, StringComparison.Ordinal);
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

    private async Task<ConsoleTenant> WithWaitingRunsAsync(int count)
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.DefineAsync("waiting", Waiting);
        for (var run = 0; run < count; run++)
        {
            await StartAsync(tenant);
        }

        return tenant;
    }

    // Whoever presses the button is asked, and answers that it is meant.
    private static async Task AnswerAsync(ConsolePage page, string? button, string question)
    {
        if (button is not null)
        {
            await page.View.GetByRole(AriaRole.Button, new() { Name = button }).PressAsync("Enter");
        }

        await page.Page.GetByRole(AriaRole.Dialog, new() { Name = question }).GetByRole(AriaRole.Button, new() { Name = question.Split(' ')[0], Exact = true }).PressAsync("Enter");
    }

    private static async Task<string> StartAsync(ConsoleTenant tenant) =>
        (await tenant.Runs.DoAsync("POST", "/v1/apps/waiting/runs", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
}

using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Playwright;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Runs.Engine;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The page of a run: its steps as they go on, and what it replays and is replayed by.</summary>
[Collection(ConsoleTests.Name)]
public sealed class RunPageTests(ConsoleFixture fixture)
{
    [BrowserFact]
    public async Task Steps_are_followed_to_their_end_and_open_to_their_tries()
    {
        var refuse = new TaskCompletionSource<(int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource<(int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = EffectReceiver.StartWaiting(request => request.Attempt == 1 ? refuse.Task : release.Task);
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.DefineAsync("order", Order(receiver.Url));
        var run = await StartAsync(tenant, "order");
        await fixture.BrowseAsync($"/console/runs/{run}", async page =>
        {
            await Expect(Step(page, "call").Locator("i[data-state=running]")).ToHaveCountAsync(1);
            await Expect(Step(page, "pause")).ToContainTextAsync("completed");
            refuse.SetResult((503, ""));
            await Expect(Step(page, "call")).ToContainTextAsync("2 tries");
            await Expect(Step(page, "call")).ToContainTextAsync("running");
            await Expect(Step(page, "call").Locator("[data-state=failed]")).ToHaveCountAsync(1);
            await Expect(Step(page, "call").Locator("i[data-state=wait]")).Not.ToHaveCountAsync(0);
            await Expect(Step(page, "report")).ToContainTextAsync("pending");
            var length = page.View.GetByRole(AriaRole.Heading, new() { Name = "Steps" });
            await Expect(length).Not.ToHaveTextAsync((await length.TextContentAsync())!);

            release.SetResult((200, """{"shipped":true}"""));
            await Expect(Step(page, "report")).ToContainTextAsync("completed");
            await Expect(Step(page, "report").Locator("svg path")).ToHaveCountAsync(2);
            await Expect(page.View.Locator("header").GetByText("completed")).ToBeVisibleAsync();

            foreach (var key in (string[])["j", "j", "j"])
            {
                await page.Page.Keyboard.PressAsync(key);
            }

            var drawer = page.View.Locator(".drawer");
            await Expect(drawer.Locator("h2")).ToHaveTextAsync("call http");
            await Expect(drawer.Locator("tbody tr")).ToHaveCountAsync(2);
            await Expect(drawer.Locator("tbody tr").First).ToContainTextAsync("the server answered 503");
            await Expect(drawer.Locator(".json").First).ToContainTextAsync("POST");
            await Expect(drawer.Locator(".json").Last).ToContainTextAsync("\"shipped\": true");
            await ExpectForEverybodyAsync(page, "run");

            await page.Page.ReloadAsync();
            await Expect(drawer.Locator("h2")).ToHaveTextAsync("call http");
            await drawer.GetByRole(AriaRole.Button, new() { Name = "greet" }).PressAsync("Enter");
            await Expect(drawer.Locator("h2")).ToHaveTextAsync("greet text");
            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(drawer).ToHaveCountAsync(0);
            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(page.Rows).ToHaveCountAsync(1);
        }, tenant);
    }

    [BrowserFact]
    public async Task Steps_are_asked_for_where_no_stream_comes_through()
    {
        var release = new TaskCompletionSource<(int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = EffectReceiver.StartWaiting(_ => release.Task);
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.DefineAsync("order", Order(receiver.Url));
        var run = await StartAsync(tenant, "order");
        await fixture.BrowseAsync("/console/runs", async page =>
        {
            await page.Page.RouteAsync("**/stream", route => route.FulfillAsync(new() { Status = 502 }));
            page.Expect("502", "/stream");
            await page.Page.GotoAsync($"/console/runs/{run}");
            await Expect(Step(page, "call")).ToContainTextAsync("running");

            release.SetResult((200, "sent"));
            await Expect(Step(page, "report")).ToContainTextAsync("completed");
        }, tenant);
    }

    [BrowserFact]
    public async Task What_is_long_is_cut_and_shows_as_the_text_it_is()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        var run = await tenant.RunAsync("echo", new JsonObject { ["Text"] = HostileText.Markup + HostileText.Long }.ToJsonString());
        await fixture.BrowseAsync($"/console/runs/{run}?step=echo", async page =>
        {
            await Expect(page.View.GetByText("cut: shows 4 KB of 9.")).ToHaveCountAsync(2);
            await Expect(page.View.Locator(".drawer pre").Last).ToContainTextAsync(HostileText.Markup);
            Assert.False(await page.Page.EvaluateAsync<bool>("'hostile' in window"));
        }, tenant);
    }

    [BrowserFact]
    public async Task A_run_of_the_version_before_says_that_its_times_are_not_known()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        var id = RunId.New(DateTimeOffset.UtcNow);
        await new TableClient(fixture.Host.Account.Direct.ConnectionString, TableNames.Runs).AddEntityAsync(
            new TableEntity(tenant.Runs.Workspace, $"run-{id}") { ["Status"] = "failed", ["AppId"] = "own", ["Source"] = "api_app", ["Data0"] = RunDocumentTests.Compress(EarlierRuns.Failed) });
        await fixture.BrowseAsync($"/console/runs/{id}?step=call", async page =>
        {
            await Expect(page.View.GetByText("stored by an earlier version")).ToBeVisibleAsync();
            await Expect(Step(page, "after")).ToContainTextAsync("skipped");
            await Expect(page.View.Locator(".drawer")).ToContainTextAsync("the server answered 404");
            await Expect(page.View.Locator(".gantt .track i")).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_run_is_replayed_whole_and_from_a_step_and_each_leads_to_the_other()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.DefineAsync("report", ConsoleSamples.FailingApp);
        var run = await tenant.RunAsync("report");
        await fixture.BrowseAsync($"/console/runs/{run}", async page =>
        {
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Replay" }).PressAsync("Enter");
            await Expect(page.View.GetByRole(AriaRole.Link, new() { Name = run })).ToBeVisibleAsync();
            await Expect(page.View.Locator("header").GetByText("failed")).ToBeVisibleAsync();
            var replay = page.Page.Url.Split('/')[^1];
            await Expect(page.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Run {replay}");

            await page.View.GetByRole(AriaRole.Link, new() { Name = run }).PressAsync("Enter");
            var replays = page.View.GetByRole(AriaRole.Region, new() { Name = "Replays" });
            await Expect(replays.GetByRole(AriaRole.Link, new() { Name = replay })).ToBeVisibleAsync();
            await Expect(replays).ToContainTextAsync("failed");

            foreach (var step in (string[])["title", "fetch"])
            {
                await Expect(Step(page, "fetch")).ToContainTextAsync("failed");
                await page.Page.Keyboard.PressAsync("j");
                await Expect(page.View.Locator(".drawer h2")).ToContainTextAsync(step);
            }

            await page.View.GetByRole(AriaRole.Button, new() { Name = "Replay from here" }).PressAsync("Enter");
            await Expect(Step(page, "title")).ToContainTextAsync("taken over");
            await Expect(Step(page, "fetch")).ToContainTextAsync("failed");
        }, tenant);
    }

    [BrowserFact]
    public async Task A_run_that_waits_for_room_says_so_in_the_list_and_on_its_page_until_it_begins()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.DefineAsync("one", """
            {"name":"One","concurrency":{"limit":1,"key":"shop"},"steps":[{"id":"pause","kind":"delay","seconds":600}],"outputs":[{"id":"o","label":"O","type":"text","step":"pause"}]}
            """);
        var first = await StartAsync(tenant, "one");
        await fixture.BrowseAsync("/console/runs", async page =>
        {
            await Expect(page.Rows).ToContainTextAsync(["running"]);
            var second = await StartAsync(tenant, "one");
            await Expect(page.Rows.First).ToContainTextAsync("Waits for room: one run of its app at once for “shop”");
            await Expect(page.Rows.First.Locator("[data-state=waiting]")).ToBeVisibleAsync();

            await page.Page.Keyboard.PressAsync("j");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(page.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Run {second}");
            await Expect(page.View.Locator(".facts")).ToContainTextAsync("room: 1 of the app at once for shop");
            await ExpectForEverybodyAsync(page, "waiting");

            await tenant.Runs.DoAsync("POST", $"/v1/runs/{first}/cancel");
            await Expect(page.View.Locator("header").GetByText("running")).ToBeVisibleAsync();
            await Expect(page.View.Locator(".facts")).Not.ToContainTextAsync("room");
            await tenant.Runs.DoAsync("POST", $"/v1/runs/{second}/cancel");
        }, tenant);
    }

    [BrowserFact]
    public async Task What_cannot_be_replayed_says_so_at_its_place()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host, Roles.Member);
        var run = await tenant.RunAsync("echo", """{"Text":"Hello"}""");
        await fixture.BrowseAsync($"/console/runs/{run}", async page =>
        {
            await Expect(Step(page, "echo")).ToContainTextAsync("completed");
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToHaveCountAsync(0);
            Assert.Equal(HttpStatusCode.NoContent, (await tenant.Runs.SendAsync("DELETE", $"/v1/runs/{run}")).Status);
            page.Expect("404", "/replay");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Replay" }).PressAsync("Enter");

            await Expect(page.View.Locator("header").GetByRole(AriaRole.Alert)).ToContainTextAsync("not found");
        }, tenant);
    }

    /// <summary>Makes sure that axe finds nothing, and that nothing stands out of a narrow window; and takes pictures.</summary>
    internal static async Task ExpectForEverybodyAsync(ConsolePage page, string name)
    {
        await Accessibility.ExpectNoProblemsAsync(page);
        await page.Page.SetViewportSizeAsync(Window.Narrow.Width, Window.Narrow.Height);
        Assert.Equal(Window.Narrow.Width, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await Accessibility.FindProblemsAsync(page.Page));
        var wide = new Window();
        await page.Page.SetViewportSizeAsync(wide.Width, wide.Height);
        await Pictures.TakeAsync(page, name);
    }

    private static ILocator Step(ConsolePage page, string id) => page.View.Locator($"#step-{id}");

    private static string Order(string receiver) =>
        $$$$"""
        {"name":"Order","steps":[{"id":"greet","kind":"text","template":"Hello"},{"id":"pause","kind":"delay","seconds":1},
        {"id":"call","kind":"http","method":"POST","url":"{{{{receiver}}}}call","body":"{{steps.greet}}","retries":1},{"id":"report","kind":"text","template":"Done: {{steps.call}}","after":["pause"]}],
        "outputs":[{"id":"report","label":"Report","type":"text","step":"report"}]}
        """;

    private static async Task<string> StartAsync(ConsoleTenant tenant, string app) =>
        (await tenant.Runs.DoAsync("POST", $"/v1/apps/{app}/runs", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
}

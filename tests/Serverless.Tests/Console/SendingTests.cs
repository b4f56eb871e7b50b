using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>How to send, where a view is empty: what the page shows is run as it stands there, with a key that the page made, and the view fills.</summary>
[Collection(ConsoleTests.Name)]
public sealed partial class SendingTests(ConsoleFixture fixture)
{
    [BrowserTheory]
    [InlineData("/console/logs", "Hello")]
    [InlineData("/console/traces", "gpt-4o")]
    [InlineData("/console/runs", "Echo")]
    public async Task The_command_that_an_empty_view_shows_fills_it(string path, string expected)
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync(path, async page =>
        {
            await MakeKeyAsync(page);
            await Expect(page.View.GetByText("Waiting: the view fills")).ToHaveCountAsync(0);
            await CopyAsync(page);

            await RunAsync(Assert.Single(await ShownAsync(page)));

            await Expect(page.Rows).ToHaveCountAsync(1);
            await Expect(page.Rows).ToContainTextAsync(expected);
        }, tenant);
    }

    [BrowserTheory]
    [InlineData("/console/logs", "Hello")]
    [InlineData("/console/traces", "gpt-4o")]
    public async Task The_settings_of_OpenTelemetry_and_the_program_for_Node_fill_it(string path, string expected)
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync(path, async page =>
        {
            await ChooseAsync(page, "OpenTelemetry");
            await MakeKeyAsync(page);
            var settings = Assert.Single(await ShownAsync(page));
            await ChooseAsync(page, "Node");
            var shown = await ShownAsync(page);
            Assert.StartsWith($"{settings}\nnpm install @opentelemetry/", shown[0], StringComparison.Ordinal);

            await CopyAsync(page);
            await Exporters.Folder.Installed;
            var program = Path.Combine(Exporters.Folder.Path, $"{Guid.NewGuid():N}.mjs");
            try
            {
                await File.WriteAllTextAsync(program, shown[1]);
                await RunAsync($"{settings}\nnode '{program}'");
            }
            finally
            {
                File.Delete(program);
            }

            await Expect(page.Rows).ToContainTextAsync([expected]);
        }, tenant);
    }

    [BrowserTheory]
    [InlineData("/console/logs", "Hello")]
    [InlineData("/console/traces", "gpt-4o")]
    public async Task The_script_for_a_web_page_fills_it_with_a_key_that_opens_nothing(string path, string expected)
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync(path, async page =>
        {
            await ChooseAsync(page, "Browser page");
            await MakeKeyAsync(page);
            var script = Assert.Single(await ShownAsync(page));
            await CopyAsync(page);
            await page.Page.Context.RouteAsync("**/first.html", route => route.FulfillAsync(new() { ContentType = "text/html", Body = script }));
            var other = await page.Page.Context.NewPageAsync();

            var sent = await other.RunAndWaitForResponseAsync(() => other.GotoAsync("/first.html"), response => response.Request.Method == "POST");

            Assert.True(sent.Ok);
            await Expect(page.Rows).ToContainTextAsync([expected]);
            var key = new LogClient(fixture.Host.Client, Key.Match(script).Value);
            Assert.Equal(path.EndsWith("/logs", StringComparison.Ordinal) ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized, (await key.GetAsync("")).StatusCode);
        }, tenant);
    }

    [BrowserFact]
    public async Task What_is_chosen_stands_in_the_address_and_the_demo_reads_its_keys_from_their_file()
    {
        await fixture.BrowseAsync("/console/traces", async page =>
        {
            await ChooseAsync(page, ".NET");
            await page.Page.ReloadAsync();

            await Expect(page.View.GetByText("AddOtlpExporter()")).ToBeVisibleAsync();
            await Expect(page.View.GetByText($"set -a; . {ConsoleFixture.DemoFile}; set +a")).ToContainTextAsync("x-api-key=$LUMIQTRACE_KEY");
            await Accessibility.ExpectNoProblemsAsync(page);
            await Pictures.TakeAsync(page, "sending");
            await page.Page.SetViewportSizeAsync(Window.Narrow.Width, Window.Narrow.Height);
            Assert.Equal(Window.Narrow.Width, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }, fixture.Demo);
    }

    [BrowserFact]
    public async Task Who_may_not_make_a_key_is_told_whom_to_ask()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host, Roles.Member);
        await fixture.BrowseAsync("/console/logs", async page =>
        {
            await Expect(page.View.GetByText("LUMINALOG_KEY=ll_…")).ToBeVisibleAsync();
            await Expect(page.View.GetByText("Whoever may make keys gives you one.")).ToBeVisibleAsync();
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Make a key" })).ToHaveCountAsync(0);
        }, tenant);
    }

    [GeneratedRegex("ll_[A-Za-z0-9_]+|lqt_[A-Za-z0-9_]+", RegexOptions.None, 1000)]
    private static partial Regex Key { get; }

    private static Task ChooseAsync(ConsolePage page, string way) =>
        page.View.GetByRole(AriaRole.Group, new() { Name = "How to send" }).GetByRole(AriaRole.Button, new() { Name = way, Exact = true }).PressAsync("Enter");

    private static async Task MakeKeyAsync(ConsolePage page)
    {
        await page.View.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).PressAsync("Enter");
        await Expect(page.View.GetByText("The key is filled in")).ToBeVisibleAsync();
    }

    // Whoever copies something waits for what it brings.
    private static async Task CopyAsync(ConsolePage page)
    {
        await page.View.GetByRole(AriaRole.Button, new() { Name = "Copy the command" }).Last.PressAsync("Enter");
        await Expect(page.View.GetByText("Waiting: the view fills")).ToBeVisibleAsync();
    }

    private static Task<IReadOnlyList<string>> ShownAsync(ConsolePage page) => page.View.Locator(".command pre").AllInnerTextsAsync();

    private static async Task RunAsync(string commands)
    {
        await using var shell = await ChildProcess.RunAsync("bash", "-c", commands);
        Assert.True(await shell.WaitForExitAsync() == 0, string.Join('\n', shell.Errors));
    }
}

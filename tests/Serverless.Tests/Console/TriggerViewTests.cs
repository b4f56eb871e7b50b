using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The view of triggers.</summary>
[Collection(ConsoleViewTests.Name)]
public sealed partial class TriggerViewTests(ConsoleFixture fixture)
{
    private const string Nightly = """{"appId":"echo","inputs":{"Text":"At night"},"schedule":"0 0 3 * * *","timeZone":"America/New_York"}""";

    [BrowserFact]
    public async Task A_trigger_is_made_and_its_secret_shown_once()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/triggers", async page =>
        {
            page.Expect("404", "/v1/triggers/nightly");
            await page.View.GetByLabel("The id of a new trigger").FillAsync("nightly");
            await page.Page.Keyboard.PressAsync("Enter");
            await page.View.GetByLabel("App").SelectOptionAsync("echo");
            await page.View.GetByLabel("Inputs, as JSON").FillAsync("""{"Text":"At night"}""");
            await page.View.GetByLabel("Schedule").FillAsync("0 0 3 * * *");
            await page.View.GetByLabel("Schedule").PressAsync("Control+Enter");

            await Expect(page.View.GetByText("x-trigger-secret")).ToBeVisibleAsync();
            await Expect(Next(page)).ToContainTextAsync("03:00 UTC");
            // Three o'clock is UTC's, and shown as the clock in Berlin has it, too.
            await Expect(Next(page)).ToContainTextAsync(ThreeInBerlin());
            await page.Page.ReloadAsync();
            await Expect(page.View.GetByText("POST /v1/triggers")).ToBeVisibleAsync();
            await Expect(page.View.GetByText("x-trigger-secret")).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public async Task What_is_wrong_with_a_trigger_is_said_at_its_place_and_it_can_be_written_as_JSON()
    {
        var tenant = await WithTriggerAsync();
        await fixture.BrowseAsync("/console/triggers/nightly", async page =>
        {
            page.Expect("400", "/v1/triggers/nightly");
            await page.View.GetByLabel("Schedule").FillAsync("*/0 * * * * *");
            await page.View.GetByLabel("Time zone").FillAsync("Mars/Olympus");
            await page.View.GetByLabel("Time zone").PressAsync("Control+Enter");
            await Expect(Problem("Schedule")).ToContainTextAsync("NCRONTAB");
            await Expect(Problem("Time zone")).ToContainTextAsync("IANA");
            await page.View.GetByLabel("Inputs, as JSON").FillAsync("{");
            await page.View.GetByLabel("Inputs, as JSON").PressAsync("Control+Enter");
            await Expect(Problem("Inputs, as JSON")).ToBeVisibleAsync();

            await page.View.GetByLabel("As JSON", new() { Exact = true }).PressAsync("Space");
            var definition = page.View.GetByLabel("Definition, as JSON");
            await definition.FillAsync((await definition.InputValueAsync()).Replace("America/New_York", "Australia/Lord_Howe", StringComparison.Ordinal));
            await definition.PressAsync("Control+Enter");
            await Expect(Next(page)).ToContainTextAsync("03:00 Australia/Lord_Howe");

            await page.View.GetByRole(AriaRole.Button, new() { Name = "Delete" }).PressAsync("Enter");
            await page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).PressAsync("Enter");
            await Expect(page.View.GetByText("There is none yet")).ToBeVisibleAsync();

            ILocator Problem(string field) => page.View.Locator("label").Filter(new() { HasText = field }).GetByRole(AriaRole.Alert);
        }, tenant);
    }

    [BrowserFact]
    public async Task Triggers_are_listed_with_what_comes_and_what_came_and_fired()
    {
        var tenant = await WithTriggerAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await FireAsync(tenant, "orders", """{"appId":"echo"}""", "{}")).Status);
        await tenant.Runs.DoAsync("PUT", "/v1/triggers/paused", """{"appId":"echo","active":false,"schedule":"0 */5 * * * *"}""", HttpStatusCode.Created);
        await fixture.BrowseAsync("/console/triggers", async page =>
        {
            var nightly = page.View.GetByRole(AriaRole.Row).Filter(new() { HasText = "nightly" });
            await Expect(nightly).ToContainTextAsync("03:00 America/New_York");
            await Expect(nightly).ToContainTextAsync(NightInBerlin());
            await Expect(nightly.GetByRole(AriaRole.Link)).ToHaveCountAsync(3);
            var orders = page.View.GetByRole(AriaRole.Row).Filter(new() { HasText = "orders" });
            await Expect(orders.Locator(".bad")).ToBeVisibleAsync();
            await Expect(page.View.GetByRole(AriaRole.Row).Filter(new() { HasText = "paused" }).GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
            await RunPageTests.ExpectForEverybodyAsync(page, "triggers");

            page.Expect("400", "/v1/apps/echo/runs");
            await orders.GetByRole(AriaRole.Button, new() { Name = "Fire now" }).PressAsync("Enter");
            await Expect(orders.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            await nightly.GetByRole(AriaRole.Button, new() { Name = "Fire now" }).PressAsync("Enter");
            await Expect(page.View.Locator(".output pre")).ToHaveTextAsync("At night");
            await page.Page.GoBackAsync();
            await nightly.GetByRole(AriaRole.Link).Nth(2).PressAsync("Enter");
            await Expect(page.View.Locator(".output pre")).ToHaveTextAsync("By request");
        }, tenant);
    }

    [BrowserFact]
    public async Task A_member_sees_triggers_and_writes_none()
    {
        var tenant = await WithTriggerAsync(Roles.Member);
        await fixture.BrowseAsync("/console/triggers", async page =>
        {
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Fire now" })).ToBeVisibleAsync();
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "New trigger" })).ToHaveCountAsync(0);

            await page.View.GetByRole(AriaRole.Link, new() { Name = "nightly" }).PressAsync("Enter");
            await Expect(page.View.GetByText("POST /v1/triggers")).ToBeVisibleAsync();
            await Expect(page.View.GetByLabel("Schedule")).ToHaveCountAsync(0);
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToHaveCountAsync(0);
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Fire now" }).PressAsync("Enter");
            await Expect(page.View.Locator(".output pre")).ToHaveTextAsync("At night");
        }, tenant);
    }

    [GeneratedRegex("0[45]:00:00", RegexOptions.None, 1000)]
    private static partial Regex ThreeInBerlin();

    // The clocks of both change on different days.
    [GeneratedRegex("0[89]:00:00", RegexOptions.None, 1000)]
    private static partial Regex NightInBerlin();

    private static ILocator Next(ConsolePage page) => page.View.Locator(".facts > div").Filter(new() { HasText = "Next run" });

    private async Task<ConsoleTenant> WithTriggerAsync(string role = Roles.Owner)
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host, role);
        Assert.Equal(HttpStatusCode.Accepted, (await FireAsync(tenant, "nightly", Nightly, """{"inputs":{"Text":"By request"}}""")).Status);
        return tenant;
    }

    // Makes a trigger, and fires it by a request.
    private static async Task<LaminaAnswer> FireAsync(ConsoleTenant tenant, string id, string definition, string body)
    {
        var trigger = await tenant.Runs.DoAsync("PUT", $"/v1/triggers/{id}", definition, HttpStatusCode.Created);
        return await tenant.Runs.SendAsync("POST", trigger["firePath"]!.GetValue<string>(), body, ("x-trigger-secret", trigger["secret"]!.GetValue<string>()));
    }
}

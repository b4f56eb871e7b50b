using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The view of alerts.</summary>
[Collection(ConsoleViewTests.Name)]
public sealed partial class AlertViewTests(ConsoleFixture fixture)
{
    [BrowserFact]
    public async Task An_alert_is_made_of_a_question_in_two_steps_changed_and_removed()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/logs?query=level%3Awarn", async page =>
        {
            var dialog = page.Page.GetByRole(AriaRole.Dialog);

            // One step leads to the form with the question in it, the other makes the alert.
            await page.View.GetByRole(AriaRole.Link, new() { Name = "Alert…" }).PressAsync("Enter");
            await Expect(dialog.GetByRole(AriaRole.Textbox, new() { Name = "Question" })).ToHaveValueAsync("level:warn");
            await dialog.GetByLabel("Name").FillAsync("Too many warnings");
            await dialog.GetByLabel("Threshold").FillAsync("2.5");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(page.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Too many warnings");
            await Expect(Fact("Fires with")).ToContainTextAsync("entries above 2.50 in 15m");
            await Expect(Fact("Value")).ToContainTextAsync("no value of 2.50");
            await Expect(page.View.GetByText("It has not fired yet.")).ToBeVisibleAsync();
            var made = await tenant.Runs.DoAsync("GET", "/v1/alerts/too-many-warnings");
            Assert.Equal(
                ("level:warn", "15m", 2.5m, "above", true),
                (Text(made, "query"), Text(made, "window"), made["threshold"]!.GetValue<decimal>(), Text(made, "direction"), made["active"]!.GetValue<bool>()));

            // It becomes one on the project's requests; what is refused is said beside its field.
            page.Expect("400", "/v1/alerts/too-many-warnings");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Change" }).PressAsync("Enter");
            await dialog.GetByLabel("It measures").SelectOptionAsync("error_rate");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).PressAsync("Enter");
            await Expect(dialog.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();
            await dialog.GetByLabel("Threshold").FillAsync("0.05");
            await dialog.GetByLabel("Within").SelectOptionAsync("1h");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).PressAsync("Enter");
            await Expect(Fact("Fires with")).ToContainTextAsync("share of errors above 5.0 % in 1h");

            await page.View.GetByRole(AriaRole.Button, new() { Name = "Remove" }).PressAsync("Enter");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove" }).PressAsync("Enter");
            await Expect(page.Rows).ToHaveCountAsync(1);
            Assert.Equal(HttpStatusCode.NotFound, (await tenant.Runs.GetAsync("/v1/alerts/too-many-warnings")).Status);

            ILocator Fact(string name) => page.View.Locator(".facts > div").Filter(new() { Has = page.Page.GetByText(name, new() { Exact = true }) });
        }, tenant);
    }

    [BrowserFact]
    public async Task An_alert_that_fires_is_on_the_overview_and_says_when_and_with_what()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/overview", async page =>
        {
            var fires = page.View.Locator(".fires section").Filter(new() { HasText = "Alerts that fire" });
            await Expect(fires.GetByRole(AriaRole.Listitem)).ToContainTextAsync("entries above 3 in 15m");
            await Expect(page.View.Locator(".fires section").Filter(new() { HasText = "Endpoints that fail" }).GetByRole(AriaRole.Listitem)).ToContainTextAsync("switched off");

            await fires.GetByRole(AriaRole.Listitem).GetByRole(AriaRole.Link).PressAsync("Enter");
            await Expect(page.View.Locator("header").GetByText("firing")).ToBeVisibleAsync();
            await Expect(page.View.Locator(".against")).ToHaveTextAsync(Value);
            await Expect(page.View.Locator("tbody tr")).ToHaveCountAsync(1);
            await Expect(page.View.Locator("tbody td")).ToContainTextAsync([":", "firing", "", "entries above 3 in 15m"]);
            await Expect(page.View.Locator("tbody td").Nth(2)).ToHaveTextAsync(Count);

            // Its question is asked where its entries are.
            await page.View.GetByRole(AriaRole.Link, new() { Name = "level:error" }).PressAsync("Enter");
            await Expect(page.Rows.First).ToContainTextAsync("Payment declined");
        }, tenant);
    }

    private static string? Text(JsonNode alert, string name) => alert[name]?.GetValue<string>();

    // How many errors a window had depends on the moment of the test: one is sent each hundred seconds.
    [GeneratedRegex("^(?:[4-9]|10)$", RegexOptions.None, 1000)]
    private static partial Regex Count { get; }

    [GeneratedRegex("^(?:[4-9]|10) of 3$", RegexOptions.None, 1000)]
    private static partial Regex Value { get; }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The settings of what becomes of records as they come in: what models cost, and what is taken out.</summary>
[Collection(ConsoleViewTests.Name)]
public sealed class RecordSettingsTests(ConsoleFixture fixture)
{
    [BrowserFact]
    public async Task A_price_is_set_by_keyboard_a_mistake_stands_at_its_field_and_it_is_there_after_a_reload()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/keys?tab=prices", async page =>
        {
            page.Expect("400", "/v1/organization/prices");
            var keyboard = page.Page.Keyboard;
            await Expect(BuiltIn(page).GetByRole(AriaRole.Row, new() { Name = "gpt-4o $" })).ToContainTextAsync("$2.5$1.25$10");
            await Expect(page.View.GetByText("There are none")).ToBeVisibleAsync();

            await keyboard.PressAsync("n");
            var dialog = page.Page.GetByRole(AriaRole.Dialog);
            await Expect(dialog.GetByLabel("Model")).ToBeFocusedAsync();
            await keyboard.TypeAsync("my model");
            await TypeNextAsync("0.25");
            await TypeNextAsync("");
            await TypeNextAsync("20000");
            await keyboard.PressAsync("Enter");
            await Expect(dialog.Locator("[aria-invalid]")).ToHaveCountAsync(2);
            await Expect(dialog.GetByLabel("Model")).ToBeFocusedAsync();
            await Expect(dialog.GetByLabel("Model")).ToHaveAccessibleDescriptionAsync(Words("letters, digits"));
            await Expect(dialog.GetByLabel("Output")).ToHaveAccessibleDescriptionAsync(Words("from 0 to 10000"));

            await dialog.GetByLabel("Model").PressAsync("Control+a");
            await keyboard.TypeAsync("my-model-*");
            await dialog.GetByLabel("Output").PressAsync("Control+a");
            await keyboard.TypeAsync("0.5");
            await keyboard.PressAsync("Enter");

            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(Own(page, "my-model-*")).ToContainTextAsync("$0.25as input$0.5ever since");
            await page.Page.ReloadAsync();
            await Expect(Own(page, "my-model-*")).ToContainTextAsync("$0.25as input$0.5ever since");

            async Task TypeNextAsync(string text)
            {
                await keyboard.PressAsync("Tab");
                await keyboard.TypeAsync(text);
            }
        }, tenant);

        // What comes in from then on costs that.
        await tenant.TraceAsync([Event("my-model-7")]);
        await fixture.BrowseAsync("/console/traces", page => Expect(page.Rows).ToContainTextAsync(["$0.35"]), tenant);
    }

    [BrowserFact]
    public async Task A_price_that_is_built_in_is_replaced_changed_and_comes_back()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/keys?tab=prices", async page =>
        {
            var dialog = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "The price of gpt-4o" });
            await BuiltIn(page).GetByRole(AriaRole.Button, new() { Name = "Set another price for gpt-4o", Exact = true }).First.PressAsync("Enter");
            await Expect(dialog.GetByLabel("Cached input")).ToHaveValueAsync("1.25");
            await dialog.GetByLabel("Input", new() { Exact = true }).FillAsync("2");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(Own(page, "gpt-4o")).ToContainTextAsync("$2$1.25$10");

            await page.View.GetByRole(AriaRole.Button, new() { Name = "Change gpt-4o" }).PressAsync("Enter");
            await dialog.GetByLabel("From").FillAsync("2026-01-01");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(Own(page, "gpt-4o")).ToContainTextAsync("$2$1.25$102026-01-01");

            await page.View.GetByRole(AriaRole.Button, new() { Name = "Remove gpt-4o" }).PressAsync("Enter");
            await page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).PressAsync("Enter");
            await Expect(page.View.GetByText("There are none")).ToBeVisibleAsync();
        }, tenant);
    }

    [BrowserFact]
    public async Task What_is_taken_out_is_chosen_by_keyboard_for_the_organization_and_for_a_project_and_is_kept()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/keys?tab=redaction", async page =>
        {
            var (emails, cards) = (page.View.GetByLabel("E-mail addresses"), page.View.GetByLabel("Card numbers"));
            var project = page.View.GetByRole(AriaRole.Combobox, new() { Name = "Of" });
            await emails.PressAsync("Space");
            await page.View.GetByLabel("The values of these names").FillAsync("password");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Save" }).PressAsync("Enter");
            await Expect(page.Page.Locator(".toast")).ToContainTextAsync("What is taken out is changed");

            await project.SelectOptionAsync("the events of Shop");
            await Expect(page.View.GetByText("In all, with what the organization says: E-mail addresses, values of password.")).ToBeVisibleAsync();
            await Expect(emails).Not.ToBeCheckedAsync();
            await cards.PressAsync("Space");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Save" }).PressAsync("Enter");
            await Expect(page.View.GetByText("E-mail addresses, Card numbers, values of password.")).ToBeVisibleAsync();

            await page.Page.ReloadAsync();
            await Expect(emails).ToBeCheckedAsync();
            await Expect(cards).Not.ToBeCheckedAsync();
            await Expect(page.View.GetByLabel("The values of these names")).ToHaveValueAsync("password");
            await project.SelectOptionAsync("the events of Shop");
            await Expect(cards).ToBeCheckedAsync();
        }, tenant);

        var now = TimeProvider.System.GetUtcNow().ToString("o");
        await tenant.SendAsync([new() { ["timestamp"] = now, ["level"] = "info", ["message"] = "Mail to ann@example.com", ["metadata"] = new JsonObject { ["password"] = "1234" } }]);
        await fixture.BrowseAsync("/console/logs?column=metadata.password", page => Expect(page.Rows).ToContainTextAsync(["Mail to [email][redacted]"]), tenant);
    }

    private static ILocator BuiltIn(ConsolePage page) => page.View.GetByRole(AriaRole.Region, new() { Name = "Prices that are built in" });

    private static ILocator Own(ConsolePage page, string model) => page.View.GetByRole(AriaRole.Region, new() { Name = "Your prices" }).GetByRole(AriaRole.Row, new() { Name = model });

    private static Regex Words(string words) => new(Regex.Escape(words), default, TimeSpan.FromSeconds(1));

    private static JsonObject Event(string model)
    {
        var sent = ConsoleSamples.Events(TimeProvider.System.GetUtcNow()).First();
        sent.Remove("cost_usd");
        sent["operation"] = "chat";
        (sent["model"], sent["input_tokens"], sent["output_tokens"]) = (model, 400_000, 500_000);
        return sent;
    }
}

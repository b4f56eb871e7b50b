using System.Net;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Operator;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The overview, the views of keys and members, the operator's, and that of the API.</summary>
[Collection(ConsoleTests.Name)]
public sealed class SettingsViewTests(ConsoleFixture fixture)
{
    [BrowserFact]
    public async Task The_overview_counts_what_came_in_and_each_number_leads_to_its_view()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/overview", async page =>
        {
            await ExpectFigureAsync("Errors in logs", $"{(ConsoleSamples.LogCount / 10) + 2}");
            await ExpectFigureAsync("Log entries", $"{ConsoleSamples.LogCount + HostileText.All.Count + 2}");
            await ExpectFigureAsync("Requests", $"{ConsoleSamples.TraceCount * 5}");
            await ExpectFigureAsync("Error rate", "3.3 %");
            await ExpectFigureAsync("Spend", "$0.16");

            await page.View.GetByRole(AriaRole.Link, new() { Name = "Errors in logs" }).First.ClickAsync();
            await Expect(page.View.GetByRole(AriaRole.Combobox)).ToHaveValueAsync("level:>=error");
            await page.Page.GoBackAsync();
            await page.View.GetByRole(AriaRole.Link, new() { Name = "Payment declined by the bank" }).First.ClickAsync();
            await Expect(page.View.GetByRole(AriaRole.Complementary, new() { Name = "Entry" }).GetByText("PaymentDeclined: The card was declined")).ToBeVisibleAsync();

            Task ExpectFigureAsync(string name, string value) => Expect(page.View.Locator(".figure").Filter(new() { HasText = name }).Locator("strong").First).ToHaveTextAsync(value);
        }, tenant);
    }

    [BrowserFact]
    public async Task The_first_record_fills_the_overview_of_whoever_begins()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/overview", async page =>
        {
            await Expect(page.View.GetByText("Nothing has come in yet")).ToBeVisibleAsync();
            await Expect(page.View.Locator(".command")).ToHaveCountAsync(3);

            await tenant.SendAsync([new() { ["timestamp"] = TimeProvider.System.GetUtcNow().ToString("o"), ["level"] = "info", ["message"] = "Hello" }]);

            await Expect(page.View.Locator(".figure").Filter(new() { HasText = "Log entries" }).Locator("strong")).ToHaveTextAsync("1");
        }, tenant);
    }

    [BrowserFact]
    public async Task A_key_is_made_shown_once_rotated_and_revoked_by_keyboard()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/keys", async page =>
        {
            var dialog = page.Page.GetByRole(AriaRole.Dialog);
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "New key" })).ToBeVisibleAsync();
            await page.Page.Keyboard.PressAsync("n");
            await Expect(dialog.GetByLabel("Name")).ToBeFocusedAsync();
            await page.Page.Keyboard.TypeAsync("Billing");
            await page.Page.Keyboard.PressAsync("Enter");
            var made = await dialog.Locator("pre").InnerTextAsync();
            Assert.StartsWith("ll_", made, StringComparison.Ordinal);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "I have it" }).PressAsync("Enter");
            await Expect(dialog).ToHaveCountAsync(0);

            await page.View.GetByRole(AriaRole.Button, new() { Name = "Rotate Billing" }).PressAsync("Enter");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Rotate" }).PressAsync("Enter");
            await Expect(dialog.Locator("pre")).Not.ToHaveTextAsync(made);
            await Expect(dialog.Locator("pre")).ToContainTextAsync("ll_");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "I have it" }).PressAsync("Enter");

            await page.View.GetByRole(AriaRole.Button, new() { Name = "Revoke Billing" }).First.PressAsync("Enter");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).PressAsync("Enter");
            await Expect(page.Page.GetByText("The key Billing is revoked")).ToBeVisibleAsync();
            await Expect(page.View.GetByText(made)).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_key_for_a_web_page_sends_and_opens_nothing()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/keys", async page =>
        {
            var dialog = page.Page.GetByRole(AriaRole.Dialog);
            await page.View.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
            await dialog.GetByLabel("Name").FillAsync("Page");
            await dialog.GetByLabel("Write only, fit for a browser page").CheckAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
            var key = new LogClient(fixture.Host.Client, await dialog.Locator("pre").InnerTextAsync());
            await dialog.GetByRole(AriaRole.Button, new() { Name = "I have it" }).ClickAsync();

            await Expect(page.View.GetByRole(AriaRole.Row, new() { Name = "Page" })).ToContainTextAsync("ingest");
            await key.AcceptAsync(LogEntries.Simple());
            Assert.Equal(HttpStatusCode.Forbidden, (await key.GetAsync("")).StatusCode);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_member_sees_who_there_is_and_changes_nothing()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host, Roles.Member);
        await fixture.BrowseAsync("/console/keys?tab=members", async page =>
        {
            await Expect(page.View.GetByRole(AriaRole.Row, new() { Name = tenant.Email })).ToContainTextAsync("member");
            await Expect(page.View.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public async Task Another_organization_shows_its_own_and_nothing_of_the_one_before()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await tenant.SendAsync([new() { ["timestamp"] = TimeProvider.System.GetUtcNow().ToString("o"), ["level"] = "info", ["message"] = "Of the first" }]);
        var other = await fixture.Host.Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Umbrella", "Indie", "Free");
        var user = (await fixture.Host.Services.GetRequiredService<UserStore>().FindAsync(tenant.Email))!;
        await fixture.Host.Services.GetRequiredService<MembershipStore>().SetAsync(other.Id, user, Roles.Owner);
        await fixture.BrowseAsync("/console/logs", async page =>
        {
            await Expect(page.View.GetByText("Of the first")).ToBeVisibleAsync();
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Organization: Acme" }).ClickAsync();
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Umbrella owner" }).ClickAsync();

            await Expect(page.View.GetByText("No entries in the range")).ToBeVisibleAsync();
            await Expect(page.View.GetByText("Of the first")).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public Task The_operator_signs_in_with_the_admin_key_and_sees_the_queues() => fixture.BrowseAsync("/console/operator", async page =>
    {
        page.Expect("401", "/v1/admin/");
        await page.View.GetByLabel("Admin key").FillAsync(new string('0', 40));
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.View.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This is not the key.");

        await page.View.GetByLabel("Admin key").FillAsync(OperatorClient.Key);
        await page.Page.Keyboard.PressAsync("Enter");
        await page.View.GetByRole(AriaRole.Link, new() { Name = "Queues" }).ClickAsync();
        await Expect(page.View.GetByRole(AriaRole.Rowheader)).ToHaveTextAsync(["logs", "runs", "traces", "triggers", "webhooks", "webhooks-slow"]);

        Assert.DoesNotContain(OperatorClient.Key, await page.Page.EvaluateAsync<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])"), StringComparison.Ordinal);
        await page.Page.ReloadAsync();
        await Expect(page.View.GetByLabel("Admin key")).ToBeVisibleAsync();
    });

    [BrowserFact]
    public async Task A_message_that_failed_is_sent_once_more_or_dropped_once_that_is_confirmed()
    {
        var queue = new QueueServiceClient(fixture.Proxy.Account.ConnectionString, new() { MessageEncoding = QueueMessageEncoding.Base64 }).GetQueueClient("webhooks-poison");
        await queue.CreateIfNotExistsAsync();
        await queue.SendMessageAsync("the first");
        await fixture.BrowseAsync("/console/operator", async page =>
        {
            await page.OpenOperatorAsync("Poison messages");
            await page.View.GetByRole(AriaRole.Button, new() { Name = "webhooks" }).ClickAsync();
            await page.View.Locator("summary").ClickAsync();
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Drop", Exact = true }).ClickAsync();
            var dialog = page.Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
            await Expect(page.View.Locator("summary")).ToHaveCountAsync(1);

            await page.View.GetByRole(AriaRole.Button, new() { Name = "Drop", Exact = true }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Drop" }).ClickAsync();

            await Expect(page.View.Locator("summary")).ToHaveCountAsync(0);
            Assert.Equal(0, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        });
    }

    [BrowserFact]
    public async Task More_keys_than_a_page_has_are_shown_page_by_page()
    {
        const int Page = 200;
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        var keys = fixture.Host.Services.GetRequiredService<KeyStore>();
        for (var number = 0; number < Page; number++)
        {
            await keys.CreateAsync(tenant.Logs.Organization, KeyPrefix.LuminaLog, new KeyOptions { Name = $"Key {number}" });
        }

        await fixture.BrowseAsync("/console/keys", async page =>
        {
            var rows = page.View.Locator(".key-table tbody tr");
            await Expect(rows).ToHaveCountAsync(Page);
            await page.View.GetByRole(AriaRole.Button, new() { Name = "More keys" }).ClickAsync();
            await Expect(rows).ToHaveCountAsync(Page + 3);
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "More keys" })).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_project_that_is_deleted_says_how_far_that_is_after_a_reload_too()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/keys?tab=projects", async page =>
        {
            var dialog = page.Page.GetByRole(AriaRole.Dialog);
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Delete Shop" }).ClickAsync();
            await dialog.GetByRole(AriaRole.Textbox).FillAsync("Shop");
            await page.Page.Keyboard.PressAsync("Enter");

            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(page.View.GetByText("removed so far")).ToContainTextAsync(tenant.Traces.Project);
            await page.Page.ReloadAsync();
            await Expect(page.View.GetByText("removed so far")).ToContainTextAsync(tenant.Traces.Project);
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Delete Shop" })).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public async Task An_operation_is_found_described_and_tried()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/docs", async page =>
        {
            await page.View.GetByLabel("Search").FillAsync("top values");
            await page.View.GetByLabel("Search").FillAsync("/v1/logs/fields");
            await page.View.GetByRole(AriaRole.Navigation, new() { Name = "Operations" }).GetByRole(AriaRole.Link).First.ClickAsync();
            await Expect(page.View.GetByText("curl ")).ToContainTextAsync("/v1/logs/fields");

            await page.View.GetByText("Try it").ClickAsync();
            await page.View.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
            await Expect(page.View.GetByRole(AriaRole.Status)).ToContainTextAsync("200");
            await Expect(page.View.GetByRole(AriaRole.Status)).ToContainTextAsync("\"fields\"");
            var address = page.Page.Url;
            await page.Page.ReloadAsync();
            Assert.Equal(address, page.Page.Url);
            await Expect(page.View.GetByText("curl ")).ToContainTextAsync("/v1/logs/fields");

            await page.Page.Keyboard.PressAsync("/");
            await Expect(page.View.GetByLabel("Search")).ToBeFocusedAsync();
            await page.View.GetByLabel("Search").FillAsync("");
            await page.View.GetByRole(AriaRole.Heading, new() { Level = 1 }).ClickAsync();
            await page.Page.Keyboard.PressAsync("k");
            await Expect(page.View.GetByText("curl ")).Not.ToContainTextAsync("/v1/logs/fields");
            await page.Page.Keyboard.PressAsync("j");
            await Expect(page.View.GetByText("curl ")).ToContainTextAsync("/v1/logs/fields");
        }, tenant);
    }
}

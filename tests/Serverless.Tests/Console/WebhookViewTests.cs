using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Webhooks;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The view of webhook endpoints, with a receiver that answers as a test says.</summary>
[Collection(ConsoleViewTests.Name)]
public sealed class WebhookViewTests(ConsoleFixture fixture)
{
    [BrowserFact]
    public async Task An_endpoint_is_made_tested_switched_off_by_its_receiver_and_sent_what_it_missed()
    {
        var status = StatusCodes.Status200OK;
        await using var receiver = await WebhookReceiver.StartAsync((_, response) =>
        {
            response.StatusCode = Volatile.Read(ref status);
            return response.WriteAsync(HostileText.Markup);
        });
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        await fixture.BrowseAsync("/console/webhooks", async page =>
        {
            var dialog = page.Page.GetByRole(AriaRole.Dialog);
            var drawer = page.View.GetByRole(AriaRole.Complementary, new() { Name = "Delivery" });
            await Expect(page.View.GetByText("There is none yet")).ToBeVisibleAsync();

            // It is made; what is refused is said, and what was typed stays.
            page.Expect("400", "/v1/webhooks/endpoints");
            await page.Page.Keyboard.PressAsync("n");
            await Expect(dialog.GetByLabel("Address")).ToBeFocusedAsync();
            await dialog.GetByLabel("Address").FillAsync("ftp://example.com/");
            await dialog.GetByLabel("A run was cancelled").PressAsync("Space");
            await dialog.GetByLabel("What it is for").FillAsync(HostileText.RightToLeft);
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(dialog.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            await dialog.GetByLabel("Address").FillAsync(receiver.Url + ConsoleSamples.HostileQuery);
            await page.Page.Keyboard.PressAsync("Enter");

            // Its secret is shown once.
            var secret = await TakeSecretAsync();
            await Expect(Fact("Told of")).ToContainTextAsync("run.completed, run.failed");
            await Expect(page.View.GetByText("whsec_")).ToHaveCountAsync(0);
            await Expect(Fact("Taken")).ToContainTextAsync("no delivery yet");

            // A test arrives, is seen, and is sent again.
            await PressAsync("Send a test");
            await receiver.NextAsync();
            await Expect(page.Rows).ToContainTextAsync(["webhook.test"]);
            await Expect(page.Rows.First).ToContainTextAsync("delivered");
            await Expect(Fact("Taken")).ToContainTextAsync("100 % of the last 1");
            await page.Page.Keyboard.PressAsync("j");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(drawer.Locator(".output pre")).ToHaveTextAsync(HostileText.Markup);
            await Expect(drawer.Locator(".json")).ToContainTextAsync("This message was sent to see whether it arrives.");
            await drawer.GetByRole(AriaRole.Button, new() { Name = "Send again" }).PressAsync("Enter");
            await receiver.NextAsync();
            await Expect(drawer.Locator(".output h3").First).ToHaveTextAsync("Try 2 ✓ delivered");
            await RunPageTests.ExpectForEverybodyAsync(page, "delivery");

            // It fails, and is tried again; then its receiver wants nothing more, and nothing is offered that would be refused.
            Volatile.Write(ref status, StatusCodes.Status500InternalServerError);
            await page.Page.Keyboard.PressAsync("Escape");
            await PressAsync("Send a test");
            await receiver.NextAsync();
            Volatile.Write(ref status, StatusCodes.Status410Gone);
            await Expect(page.Rows.First).ToContainTextAsync("The receiver answered 500");
            await Expect(page.Rows.First).ToContainTextAsync("again");
            await Expect(page.View.Locator("header").GetByText("failing")).ToBeVisibleAsync();
            await receiver.NextAsync();
            await tenant.WaitForDeliveriesAsync(new Uri(page.Page.Url).Segments[^1], 2);
            await page.Page.Keyboard.PressAsync("r");
            await Expect(page.View.GetByText("The receiver answered 410: it wants nothing more")).ToBeVisibleAsync();
            await Expect(page.View.Locator("header").GetByText("switched off")).ToBeVisibleAsync();
            await page.Rows.First.ClickAsync();
            await Expect(drawer.Locator(".output h3")).ToHaveTextAsync(["Try 2 ✕ failed", "Try 1 ✕ failed"]);
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToHaveCountAsync(0);
            await Expect(page.View.GetByRole(AriaRole.Button, new() { Name = "Replay" })).ToHaveCountAsync(0);
            await Accessibility.ExpectNoProblemsAsync(page);
            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(drawer).ToHaveCountAsync(0);

            // Switched on again, it is sent what it has missed.
            var other = await tenant.AddEndpointAsync(fixture.Receiver.Url, "Another");
            await tenant.RunAsync("echo", """{"Text":"Missed"}""");
            await tenant.WaitForDeliveriesAsync(other, 1);
            Volatile.Write(ref status, StatusCodes.Status204NoContent);
            await PressAsync("Switch it on");
            await Expect(page.View.Locator("header").GetByText("active")).ToBeVisibleAsync();
            await PressAsync("Replay since…");
            await dialog.GetByLabel("Since").FillAsync("some day");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(dialog.GetByText("Such as yesterday 14:00").And(dialog.GetByRole(AriaRole.Alert))).ToBeVisibleAsync();
            await dialog.GetByLabel("Since").FillAsync("-1h");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(page.View.GetByRole(AriaRole.Status).Filter(new() { HasText = "1 message is sent to it" })).ToBeVisibleAsync();
            await Expect(page.Rows).ToContainTextAsync(["run.completed", "webhook.test", "webhook.test"]);
            await page.View.GetByRole(AriaRole.Button, new() { Name = "failed", Exact = true }).PressAsync("Enter");
            await Expect(page.Rows).ToContainTextAsync(["The receiver answered 410"]);
            await page.View.GetByRole(AriaRole.Button, new() { Name = "pending", Exact = true }).PressAsync("Enter");
            await Expect(page.View.GetByText("No delivery is like that")).ToBeVisibleAsync();

            // Another secret, another purpose.
            await PressAsync("Rotate secret");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Rotate" }).PressAsync("Enter");
            Assert.NotEqual(secret, await TakeSecretAsync());
            await Expect(Fact("Secret of before")).ToContainTextAsync("signs beside the new one until");
            await PressAsync("Change");
            await Expect(dialog.GetByLabel("A run was cancelled")).Not.ToBeCheckedAsync();
            await dialog.GetByLabel("What it is for").FillAsync("The warehouse");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(Fact("For")).ToHaveTextAsync("ForThe warehouse");

            // What is shown to check with does so.
            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(page.Rows.Filter(new() { HasText = "The warehouse" })).ToContainTextAsync("67 % of the last 3");
            await page.View.GetByRole(AriaRole.Link, new() { Name = "Signatures" }).PressAsync("Enter");
            await ExpectGenuineAsync(await page.View.Locator(".command pre").First.InnerTextAsync(), secret, receiver.Received[0]);

            await page.Page.GoBackAsync();
            await page.Rows.Filter(new() { HasText = "The warehouse" }).ClickAsync();
            await PressAsync("Remove");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove" }).PressAsync("Enter");
            await Expect(page.Rows).ToContainTextAsync(["Another"]);
            Assert.False(await page.Page.EvaluateAsync<bool>("'hostile' in window"));

            Task PressAsync(string name) => page.View.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).PressAsync("Enter");

            ILocator Fact(string name) => page.View.Locator(".about .facts > div").Filter(new() { Has = page.Page.GetByText(name, new() { Exact = true }) });

            async Task<string> TakeSecretAsync()
            {
                await Expect(dialog.Locator("pre")).ToContainTextAsync("whsec_");
                var taken = await dialog.Locator("pre").InnerTextAsync();
                await dialog.GetByRole(AriaRole.Button, new() { Name = "I have it" }).PressAsync("Enter");
                await Expect(dialog).ToHaveCountAsync(0);
                return taken;
            }
        }, tenant);
    }

    [BrowserFact]
    public async Task A_member_sees_endpoints_and_changes_none()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host, Roles.Member);
        await tenant.AddEndpointAsync(fixture.Receiver.Url, "The warehouse");
        await fixture.BrowseAsync("/console/webhooks", async page =>
        {
            await Expect(page.Rows).ToContainTextAsync(["no delivery yet"]);
            await Expect(page.View.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

            await page.Rows.First.ClickAsync();
            await Expect(page.View.GetByText("It was told of nothing yet")).ToBeVisibleAsync();
            await Expect(page.View.GetByRole(AriaRole.Button)).ToHaveTextAsync(["", "all", "pending", "delivered", "failed"]);
        }, tenant);
    }

    private static async Task ExpectGenuineAsync(string program, string secret, ReceivedWebhook webhook)
    {
        var (headers, body) = (JsonSerializer.Serialize(webhook.Headers), JsonSerializer.Serialize(Encoding.UTF8.GetString(webhook.Body)));
        await using var node = ChildProcess.Start(
            "node",
            ["--input-type=module", "--eval", $"{program}\nconsole.log(isGenuine({headers}, {body}), isGenuine({headers}, {body} + ' '));"],
            [new("WEBHOOK_SECRET", secret)]);
        Assert.Equal(0, await node.WaitForExitAsync(Patience.Limit));
        Assert.Equal(["true false"], node.Output);
    }
}

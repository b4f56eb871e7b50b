using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The page in a browser: what holds whichever view is open.</summary>
[Collection(ConsoleTests.Name)]
public sealed class FrameTests(ConsoleFixture fixture)
{
    [BrowserFact]
    public Task The_sign_in_is_filled_in_and_one_key_press_later_the_demo_is_in_view() => fixture.BrowseAsync("/", async page =>
    {
        await Expect(page.Page.GetByLabel("E-mail")).ToHaveValueAsync(ConsoleFixture.DemoEmail);
        await Expect(page.Page.GetByLabel("Password")).ToHaveValueAsync(ConsoleFixture.DemoPassword);
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.View).ToBeVisibleAsync();
    });

    [BrowserFact]
    public Task Whoever_signs_in_by_the_form_stays_signed_in() => fixture.BrowseAsync("/", async page =>
    {
        await page.SignInAsync(fixture.Demo.Email, ConsoleFixture.DemoPassword);

        await page.Page.ReloadAsync();

        await Expect(page.View).ToBeVisibleAsync();
        Assert.DoesNotContain("lqs_", await page.Page.EvaluateAsync<string>("document.cookie"), StringComparison.Ordinal);
    });

    [BrowserTheory]
    [InlineData("/console/overview")]
    [InlineData("/console/logs?query=level%3Aerror&range=1h")]
    [InlineData("/docs")]
    public Task A_reload_shows_the_same_address(string path) => fixture.BrowseAsync(
        path,
        async page =>
        {
            await Expect(page.View).ToBeVisibleAsync();
            var before = page.Page.Url;

            await page.Page.ReloadAsync();

            await Expect(page.View).ToBeVisibleAsync();
            Assert.Equal(before, page.Page.Url);
        },
        fixture.Demo);

    [BrowserTheory]
    [InlineData("document.querySelector('.range > button').click()", ".range .panel")]
    [InlineData("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))", "dialog")]
    public Task What_opens_has_the_focus_before_the_next_key_can_be_pressed(string open, string opened) => fixture.BrowseAsync(
        "/console/logs",
        async page =>
        {
            await Expect(page.View).ToBeVisibleAsync();

            // The next event comes in a task of its own, and no frame is drawn before it.
            var hasFocus = await page.Page.EvaluateAsync<bool>(
                $$"""
                async () => {
                  {{open}};
                  await new Promise(next => {
                    const { port1, port2 } = new MessageChannel();
                    port1.onmessage = next;
                    port2.postMessage(0);
                  });
                  return document.querySelector('{{opened}}')?.contains(document.activeElement) ?? false;
                }
                """);

            Assert.True(hasFocus);
        },
        fixture.Demo);

    [BrowserFact]
    public async Task Whoever_has_begun_to_type_is_not_filled_in_over()
    {
        var told = new TaskCompletionSource();
        await fixture.BrowseAsync(ConsoleFixture.Nothing, async page =>
        {
            await page.Page.RouteAsync($"**{ConsoleFixture.Nothing}", async route =>
            {
                await told.Task;
                await route.ContinueAsync();
            });
            await page.Page.GotoAsync("/");
            await page.Page.GetByLabel("E-mail").PressSequentiallyAsync("you@");
            await page.Page.RunAndWaitForResponseAsync(
                () =>
                {
                    told.SetResult();
                    return Task.CompletedTask;
                },
                $"**{ConsoleFixture.Nothing}");
            await page.Page.Keyboard.TypeAsync("example.com");

            await Expect(page.Page.GetByLabel("E-mail")).ToHaveValueAsync("you@example.com");
            await Expect(page.Page.GetByLabel("Password")).ToHaveValueAsync("");
        });
    }

    [BrowserFact]
    public Task Axe_finds_nothing_wrong_with_the_sign_in() => fixture.BrowseAsync("/", async page =>
    {
        await Expect(page.Page.GetByLabel("Password")).ToHaveValueAsync(ConsoleFixture.DemoPassword);
        await Accessibility.ExpectNoProblemsAsync(page);
        await Pictures.TakeAsync(page, "sign-in");
    });
}

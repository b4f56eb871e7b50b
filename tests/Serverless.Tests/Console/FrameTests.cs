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

    [BrowserFact]
    public Task Axe_finds_nothing_wrong_with_the_sign_in() => fixture.BrowseAsync("/", async page =>
    {
        await Expect(page.Page.GetByLabel("Password")).ToHaveValueAsync(ConsoleFixture.DemoPassword);
        await Accessibility.ExpectNoProblemsAsync(page);
        await Pictures.TakeAsync(page, "sign-in");
    });
}

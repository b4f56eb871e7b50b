using Microsoft.Playwright;

namespace Serverless.Tests.Console;

/// <summary>What these tests would find, if it were there: each of these is brought into the page, and has to be found.</summary>
[Collection(ConsoleTests.Name)]
public sealed class WatchTests(ConsoleFixture fixture)
{
    // Nobody listens there, and nobody is asked: the page's own policy comes first.
    private const string Elsewhere = "http://127.0.0.1:9";

    [BrowserTheory]
    [InlineData("() => console.error('Something went wrong')", "Something went wrong")]
    [InlineData("() => new Promise(done => setTimeout(() => { setTimeout(done); throw new Error('Thrown') }))", "Thrown")]
    [InlineData("() => document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' }))", "Content Security Policy")]
    [InlineData("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">Red</p>')", "Content Security Policy")]
    [InlineData($"() => new Promise(done => {{ const image = new Image(); image.onload = image.onerror = done; image.src = '{Elsewhere}/x.png' }})", Elsewhere)]
    [InlineData($"() => fetch('{Elsewhere}/').catch(() => 0)", Elsewhere)]
    [InlineData("() => fetch('/v1/unknown')", "404")]
    public async Task What_is_wrong_with_a_page_fails_its_test(string script, string expected)
    {
        var failure = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => fixture.BrowseAsync("/", async page =>
        {
            await Assertions.Expect(page.Page.GetByLabel("E-mail")).ToBeVisibleAsync();
            await page.Page.EvaluateAsync(script);
        }));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [BrowserFact]
    public Task Axe_sees_the_page() => fixture.BrowseAsync("/", async page =>
    {
        await Assertions.Expect(page.Page.GetByLabel("E-mail")).ToBeVisibleAsync();
        await page.Page.EvaluateAsync("() => document.body.append(document.createElement('button'))");

        Assert.Contains(await Accessibility.FindProblemsAsync(page.Page), problem => problem.StartsWith("button-name: ", StringComparison.Ordinal));
    });

    [BrowserFact]
    public async Task A_tenant_has_something_of_each_kind()
    {
        var tenant = await fixture.FilledTenantAsync();

        Assert.Equal(ConsoleSamples.LogCount + HostileText.All.Count + 2, await tenant.Logs.CountPersistedAsync());
        var runs = await tenant.Runs.DoAsync("GET", "/v1/runs");
        Assert.Contains("\"failed\"", runs.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("\"completed\"", runs.ToJsonString(), StringComparison.Ordinal);
    }
}

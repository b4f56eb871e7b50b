using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>The views of traces, costs and performance.</summary>
[Collection(ConsoleTests.Name)]
public sealed class TraceViewTests(ConsoleFixture fixture)
{
    [BrowserFact]
    public async Task The_call_that_failed_is_found_by_keyboard_and_a_reload_shows_it()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/traces?status=error", async page =>
        {
            await Expect(page.Rows).ToHaveCountAsync(2);
            await Expect(page.Rows.First).ToContainTextAsync("trace-2");
            await page.Page.Keyboard.PressAsync("j");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(Spans(page)).ToHaveCountAsync(5);
            await Expect(page.View.GetByText("1 failed")).ToBeVisibleAsync();

            for (var span = 0; span < 4; span++)
            {
                await page.Page.Keyboard.PressAsync("j");
            }

            await Expect(Span(page).GetByText("rate_limit_exceeded: Too many requests, please slow down")).ToBeVisibleAsync();
            await page.Page.ReloadAsync();
            await Expect(Span(page).GetByText("rate_limit_exceeded: Too many requests, please slow down")).ToBeVisibleAsync();

            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(Span(page)).ToHaveCountAsync(0);
            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(page.Rows).ToHaveCountAsync(2);
        }, tenant);
    }

    [BrowserFact]
    public async Task What_is_below_a_span_is_closed_and_opened()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/traces?trace=trace-0", async page =>
        {
            await Expect(Spans(page)).ToHaveCountAsync(5);
            await page.Page.Keyboard.PressAsync("j");
            await page.Page.Keyboard.PressAsync("h");
            await Expect(Spans(page)).ToHaveCountAsync(1);
            await page.Page.Keyboard.PressAsync("l");
            await Expect(Spans(page)).ToHaveCountAsync(5);
        }, tenant);
    }

    [BrowserFact]
    public async Task Spans_that_call_no_model_stand_in_the_waterfall_and_cost_nothing()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        var start = (ulong)TimeProvider.System.GetUtcNow().AddMinutes(-1).ToUnixTimeMilliseconds() * 1_000_000;
        await tenant.ExportAsync(
            $$$"""
            {"resourceSpans":[{"scopeSpans":[{"spans":[
            {"traceId":"{{{Trace}}}","spanId":"00f067aa0ba902b1","name":"POST /ask","kind":2,"startTimeUnixNano":"{{{start}}}","endTimeUnixNano":"{{{start + 900_000_000}}}",
             "attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}}]},
            {"traceId":"{{{Trace}}}","spanId":"00f067aa0ba902b2","parentSpanId":"00f067aa0ba902b1","name":"chat","startTimeUnixNano":"{{{start + 100_000_000}}}","endTimeUnixNano":"{{{start + 600_000_000}}}",
             "attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"house-model"}},{"key":"gen_ai.usage.cost","value":{"doubleValue":0.25}}]}]}]}]}
            """);
        await fixture.BrowseAsync($"/console/traces?trace={Trace}", async page =>
        {
            await Expect(Spans(page)).ToHaveCountAsync(2);
            await Expect(Spans(page).First).ToContainTextAsync("POST /ask server");
            await Expect(page.View.Locator(".trace-head")).ToContainTextAsync("2 spans · 0 tokens · $0.25");
            await Expect(page.View.GetByText("unknown price")).ToHaveCountAsync(0);

            await page.Page.Keyboard.PressAsync("j");
            var drawer = page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Span" });
            await Expect(drawer).ToContainTextAsync("http.request.method");
            await Expect(drawer.GetByText("Cost", new() { Exact = true })).ToHaveCountAsync(0);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_price_that_nobody_knows_is_never_free()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/traces?model=house-model", async page =>
        {
            await Expect(page.Rows).ToHaveCountAsync(ConsoleSamples.TraceCount / 4);
            await Expect(page.Rows.First).ToContainTextAsync("unknown price");
            await page.Rows.First.ClickAsync();
            await Expect(page.View.GetByText("unknown price")).ToBeVisibleAsync();
        }, tenant);
    }

    [BrowserFact]
    public async Task Sessions_and_users_lead_to_their_traces()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/traces?tab=sessions", async page =>
        {
            await Expect(page.Rows).ToHaveCountAsync(4);
            await page.Rows.Filter(new() { HasText = "session-1" }).ClickAsync();
            await Expect(page.Rows).ToContainTextAsync(["trace-3", "trace-4", "trace-5"]);
        }, tenant);
    }

    [BrowserFact]
    public async Task Costs_are_those_of_the_events_by_model_and_by_user()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/costs", async page =>
        {
            // Nine traces have a price: 0.0012 for the first of their spans, and as much more for each.
            await Expect(page.View.Locator(".figure").Filter(new() { HasText = "In the range" })).ToContainTextAsync("$0.16");
            await Expect(page.View.Locator(".figure").Filter(new() { HasText = "In the range" })).ToContainTextAsync("without 9 of unknown price");
            var model = page.View.GetByRole(AriaRole.Row, new() { Name = "gpt-4o" });
            await Expect(model).ToContainTextAsync("$0.05");
            await Expect(model).ToContainTextAsync("33 %");
            var unpriced = page.View.GetByRole(AriaRole.Row, new() { Name = "house-model" });
            await Expect(unpriced).ToContainTextAsync("15");
            await Expect(unpriced).ToContainTextAsync("unknown price");

            await page.View.GetByRole(AriaRole.Link, new() { Name = "By user" }).ClickAsync();
            await Expect(page.View.GetByRole(AriaRole.Rowheader)).ToHaveCountAsync(5);
        }, tenant);
    }

    [BrowserFact]
    public async Task Performance_tells_how_fast_each_model_was_and_leads_to_its_traces()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/performance", async page =>
        {
            await Expect(page.View.GetByRole(AriaRole.Img, new() { Name = "Percentiles of latency over time" })).ToBeVisibleAsync();
            var model = page.View.GetByRole(AriaRole.Row, new() { Name = "gpt-4o" });
            await Expect(model.GetByRole(AriaRole.Cell).First).ToHaveTextAsync("15");
            await model.GetByRole(AriaRole.Link).ClickAsync();
            await Expect(page.Rows).ToHaveCountAsync(3);
        }, tenant);
    }

    [BrowserFact]
    public async Task A_question_in_words_says_what_is_missing_where_no_model_is_configured()
    {
        var tenant = await fixture.FilledTenantAsync();
        await fixture.BrowseAsync("/console/costs", async page =>
        {
            page.Expect("503", "/v1/ai/ask");
            await page.View.GetByLabel("A question about this project").FillAsync("What was expensive?");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(page.View.GetByRole(AriaRole.Alert)).ToContainTextAsync("Ai__Endpoint");
        }, tenant);
    }

    private static ILocator Spans(ConsolePage page) => page.View.GetByRole(AriaRole.List, new() { Name = "Spans" }).GetByRole(AriaRole.Listitem);

    private static ILocator Span(ConsolePage page) => page.View.GetByRole(AriaRole.Complementary, new() { Name = "Span" });
}

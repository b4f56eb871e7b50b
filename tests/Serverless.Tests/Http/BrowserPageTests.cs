using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Serverless.Tenancy;
using Serverless.Tests.Console;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;

namespace Serverless.Tests.Http;

/// <summary>Web pages of other origins in a real browser: one that a setting names, and one that it does not.</summary>
public sealed class BrowserPageTests : IAsyncLifetime
{
    private const string Html =
        """
        <!doctype html>
        <title>A shop</title>
        <script>
          const entry = (message, more) => ({
            timestamp: new Date().toISOString(), level: 'error', message, environment: 'browser', project_id: 'shop', trace_id: 't-1', span_id: 's-1',
            metadata: { url: location.href, cart: { items: 3, total: 19.99, tags: ['a', null, true] }, name: 'größer 😀 "quoted" \\ back' },
            error: { type: 'TypeError', message: 'x is not a function', stack_trace: ['at pay (shop.js:1:2)', 'at click'], context: { step: 2 } },
            ...more,
          });

          async function ask(address, init) {
            try {
              const response = await fetch(address, init);
              const header = name => response.headers.get(name);
              return {
                status: response.status, body: await response.text(), id: header('X-Request-Id'), replayed: header('Idempotent-Replayed'),
                remaining: header('X-RateLimit-Remaining'), limits: header('RateLimit-Policy'),
              };
            } catch (failure) {
              return { failure: failure.name };
            }
          }

          const send = (address, key, entry) => ask(address + '/v1/logs', {
            method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Api-Key': key, 'X-Request-Id': 'page-1', 'Idempotency-Key': entry.message }, body: JSON.stringify({ logs: [entry] }),
          });

          function sendWhenLeft(address, key, entry) {
            addEventListener('pagehide', () => navigator.sendBeacon(address + '/v1/logs', JSON.stringify({ api_key: key, logs: [entry] })));
            return entry;
          }
        </script>
        """;

    private const string LuminaLogScope = Serverless.Logs.LuminaLog.IngestScope;
    private const float PatienceMilliseconds = 20_000;

    private WebPage _named = null!;
    private WebPage _other = null!;
    private ServerlessHost _host = null!;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private string Address => _host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    public async Task InitializeAsync()
    {
        _named = await WebPage.StartAsync(Html);
        _other = await WebPage.StartAsync(Html);
        _host = await ServerlessHost.StartAsync(configure: builder => builder.Configuration["Cors:Origins"] = $"{_named.Origin}, *");
        if (Chromium.Path is { } path)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, ChromiumSandbox = false });
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await _host.DisposeAsync();
        await _named.DisposeAsync();
        await _other.DisposeAsync();
    }

    [BrowserFact]
    public async Task A_page_logs_by_fetch_and_by_beacon_when_it_is_left_with_a_key_that_opens_nothing()
    {
        var reader = await LogClient.CreateAsync(_host);
        var key = await CreateKeyAsync(reader.Organization, LuminaLogScope);
        var page = await OpenAsync(_other);

        var first = await EvaluateAsync(page, "address => entry('While it is there')");
        var answer = await EvaluateAsync(page, "([address, key, first]) => send(address, key, first)", Address, key, first);
        var last = await EvaluateAsync(page, "([address, key]) => sendWhenLeft(address, key, entry('When it is left', { level: 'fatal', trace_id: undefined }))", Address, key);
        await page.GotoAsync("about:blank");

        // The page sees the answer, and what its headers say.
        Assert.Equal((200, "page-1", null), (answer["status"]!.GetValue<int>(), answer["id"]!.GetValue<string>(), answer["replayed"]));
        Assert.StartsWith("""{"message":"Logs ingested successfully","processed":1,""", answer["body"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("\"debug_user_id\":", answer["body"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(("1799", "\"key\";q=1800;w=60, \"organization\";q=1800;w=60"), (answer["remaining"]!.GetValue<string>(), answer["limits"]!.GetValue<string>()));
        var stored = (await reader.ReadStoredAsync(2)).Select(entry => JsonNode.Parse(entry)!).ToDictionary(entry => entry["message"]!.GetValue<string>());
        AssertSame(first, stored["While it is there"]);
        AssertSame(last, stored["When it is left"]);
    }

    [BrowserFact]
    public async Task A_page_that_is_named_reads_with_a_key_and_with_a_session_and_one_that_is_not_reads_nothing()
    {
        var logs = await LogClient.CreateAsync(_host);
        var traces = await TraceClient.CreateAsync(_host);
        var session = (await TraceReader.CreateAsync(_host, traces)).Token;
        await logs.AcceptAsync(LogEntries.Simple("Hello"));
        await logs.WaitForAsync(1);
        const string Logs = "([address, key]) => ask(address + '/v1/logs?start=2000-01-01T00:00:00Z', { headers: { 'X-Api-Key': key } })";
        const string Events = "([address, token, project]) => ask(`${address}/v1/events?projectId=${project}`, { headers: { Authorization: `Bearer ${token}` } })";
        const string WrongKey = "([address]) => ask(address + '/v1/logs', { headers: { 'X-Api-Key': 'll_wrong' } })";

        var named = await OpenAsync(_named);
        var read = await EvaluateAsync(named, Logs, Address, logs.Key);
        var events = await EvaluateAsync(named, Events, Address, session, traces.Project);
        var refused = await EvaluateAsync(named, WrongKey, Address);
        var other = await OpenAsync(_other);

        Assert.Equal("Hello", Assert.Single(JsonNode.Parse(read["body"]!.GetValue<string>())!["logs"]!.AsArray())!["message"]!.GetValue<string>());
        Assert.Equal("""{"events":[],"nextCursor":null,"total":0}""", events["body"]!.GetValue<string>());
        Assert.Equal((401, "INVALID_API_KEY"), (refused["status"]!.GetValue<int>(), JsonNode.Parse(refused["body"]!.GetValue<string>())!["code"]!.GetValue<string>()));
        foreach (var (script, credential) in new[] { (Logs, logs.Key), (Events, session), (WrongKey, "") })
        {
            Assert.Equal("""{"failure":"TypeError"}""", (await EvaluateAsync(other, script, Address, credential, traces.Project)).ToJsonString());
        }
    }

    [BrowserFact]
    public async Task A_page_sends_events_and_asks_how_to_behave()
    {
        var client = await TraceClient.CreateAsync(_host);
        var page = await OpenAsync(_named);

        var sent = await EvaluateAsync(
            page,
            "([address, key, event]) => ask(address + '/v1/ingest', { method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/json', 'X-Api-Key': key }, body: JSON.stringify([event]) })",
            Address,
            client.Key,
            TraceEvents.Simple());
        var configuration = await EvaluateAsync(page, "([address, key]) => ask(address + '/v1/sdk/config', { headers: { 'X-Api-Key': key } })", Address, client.Key);

        Assert.Equal("""{"accepted":1,"cv":1}""", sent["body"]!.GetValue<string>());
        Assert.Equal("""{"cv":1,"rules":[]}""", configuration["body"]!.GetValue<string>());
    }

    private async Task<string> CreateKeyAsync(string organization, string scopes) =>
        (await _host.Services.GetRequiredService<KeyStore>().CreateAsync(organization, KeyPrefix.LuminaLog, new KeyOptions { Scopes = scopes }))!.Reveal();

    private async Task<IPage> OpenAsync(WebPage web)
    {
        var page = await _browser!.NewPageAsync();
        page.SetDefaultTimeout(PatienceMilliseconds);
        await page.GotoAsync(web.Origin);
        return page;
    }

    private static async Task<JsonNode> EvaluateAsync(IPage page, string script, params object[] arguments)
    {
        var values = arguments.Select(argument => argument is JsonNode json ? json.ToJsonString() : System.Text.Json.JsonSerializer.Serialize(argument));
        var text = await page.EvaluateAsync<string>($"async () => JSON.stringify(await ({script})([{string.Join(',', values)}]))");
        return JsonNode.Parse(text)!;
    }

    private static void AssertSame(JsonNode sent, JsonNode stored)
    {
        Assert.Equal(sent.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal), stored.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));
        foreach (var (name, value) in sent.AsObject())
        {
            Assert.True(JsonNode.DeepEquals(value, stored[name]), $"{name}: {stored[name]?.ToJsonString()}");
        }
    }
}

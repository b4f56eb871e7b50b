using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;

namespace Serverless.Tests.Http;

/// <summary>Web pages of other origins: what they may send and read, and what a browser is told of it.</summary>
public sealed class CrossOriginTests : IAsyncLifetime
{
    private const string Named = "https://app.example.com";
    private const string Other = "https://other.example";
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";
    private const string RequestHeaders =
        "Authorization, Content-Encoding, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, traceparent, tracestate, X-Api-Key, X-Request-Id, X-Workspace-Id";

    private const string AnswerHeaders =
        "Deprecation, ETag, Idempotent-Replayed, RateLimit, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, Retry-After, Sunset, "
        + "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id";

    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await StartAsync($"{Named},*");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Theory]
    [InlineData("/v1/logs", "POST", Named, Named, "GET, POST")]
    [InlineData("/v1/logs", "GET", Named, Named, "GET, POST")]
    [InlineData("/v1/logs", "POST", Other, "*", "POST")]
    [InlineData("/v1/ingest", "POST", Named, Named, "POST")]
    [InlineData("/v1/ingest", "POST", "null", "*", "POST")]
    [InlineData("/v1/otel", "POST", Other, "*", "POST")]
    [InlineData("/v1/otel/v1/traces", "POST", Other, "*", "POST")]
    [InlineData("/v1/logs/stats", "GET", Named, Named, "GET")]
    [InlineData("/v1/events", "GET", Named, Named, "GET")]
    [InlineData("/v1/traces/a/b", "GET", Named, Named, "GET")]
    [InlineData("/v1/sdk/config", "GET", Named, Named, "GET")]
    [InlineData("/v1/runs/x", "GET", Named, Named, "GET")]
    [InlineData("/v1/search", "GET", Named, Named, "GET")]
    public async Task A_page_that_may_is_told_so_before_it_asks(string path, string method, string origin, string allowed, string methods)
    {
        using var response = await PreflightAsync(path, method, origin);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.Equal(allowed, Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal(methods, Header(response, "Access-Control-Allow-Methods"));
        Assert.Equal(RequestHeaders, Header(response, "Access-Control-Allow-Headers"));
        Assert.Equal("7200", Header(response, "Access-Control-Max-Age"));
        Assert.Equal("Origin", Header(response, "Vary"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("/v1/logs/stats", "GET", Other)]
    [InlineData("/v1/events", "GET", Other)]
    [InlineData("/v1/runs", "GET", "https://app.example.com:8443")]
    [InlineData("/v1/runs", "GET", "http://app.example.com")]
    public async Task A_page_that_may_not_is_told_nothing(string path, string method, string origin)
    {
        using var response = await PreflightAsync(path, method, origin);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("Origin", Header(response, "Vary"));
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("/v1/organization/keys", "POST", "GET, POST")]
    [InlineData("/v1/auth/login", "POST", "POST")]
    [InlineData("/health", "GET", "GET")]
    [InlineData("/openapi.json", "GET", "GET")]
    public async Task Where_no_page_may_do_anything_there_is_nothing_to_ask(string path, string method, string allow)
    {
        using var response = await PreflightAsync(path, method, Named);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allow.Split(", "), response.Content.Headers.Allow);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Asking_before_costs_no_transaction_and_counts_for_no_limit()
    {
        await using var host = await StartAsync(Named, ("Limits:LaminaRequestsPerMinute", "1"));
        await _proxy.ResetWhenQuietAsync();
        for (var asked = 0; asked < 5; asked++)
        {
            foreach (var path in (string[])["/v1/runs", "/v1/logs", "/v1/ingest", "/v1/search"])
            {
                using var response = await PreflightAsync(path, path is "/v1/logs" or "/v1/ingest" ? "POST" : "GET", Named, host);
                Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            }
        }

        Assert.DoesNotContain(_proxy.Transactions, transaction => transaction.Service == "table");
        using var first = await SendAsync(HttpMethod.Get, "/v1/runs", Named, key: null, body: null, host);
        Assert.Equal((HttpStatusCode.Unauthorized, "0"), (first.StatusCode, Header(first, "RateLimit-Remaining")));
    }

    [Fact]
    public async Task Without_the_setting_no_page_may_do_anything_and_no_answer_speaks_of_origins()
    {
        await using var host = await StartAsync("");
        var key = await host.CreateLogKeyAsync();

        using var preflight = await PreflightAsync("/v1/logs", "POST", Named, host);
        using var sent = await SendAsync(HttpMethod.Post, "/v1/logs", Named, key, Batch, host);
        using var refused = await SendAsync(HttpMethod.Get, "/v1/logs", Named, key: null, body: null, host);

        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.OK, HttpStatusCode.Unauthorized], [preflight.StatusCode, sent.StatusCode, refused.StatusCode]);
        Assert.All([preflight, sent, refused], response =>
            Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)));
        Assert.False(sent.Headers.Contains("Vary"));
        Assert.Equal(["Accept"], refused.Headers.Vary);
    }

    [Theory]
    [InlineData(Named, Named, Named)]
    [InlineData(Other, "*", null)]
    public async Task A_page_sees_the_answers_to_what_it_may_ask(string origin, string? toSend, string? toRead)
    {
        var key = await _host.CreateLogKeyAsync();

        using var sent = await SendAsync(HttpMethod.Post, "/v1/logs", origin, key, Batch);
        using var read = await SendAsync(HttpMethod.Get, "/v1/logs?limit=1", origin, key);

        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        AssertSeen(toSend, sent);
        AssertSeen(toRead, read);
    }

    [Theory]
    [InlineData("POST", "/v1/logs", null, 401)]
    [InlineData("POST", "/v1/logs", "ll_wrong", 401)]
    [InlineData("POST", "/v1/ingest", "lqt_wrong", 401)]
    [InlineData("GET", "/v1/logs", null, 401)]
    [InlineData("GET", "/v1/events", null, 401)]
    [InlineData("GET", "/v1/runs", null, 401)]
    [InlineData("GET", "/v1/apps/none", "lma_wrong", 401)]
    [InlineData("DELETE", "/v1/logs", null, 405)]
    public async Task Errors_are_seen_as_well(string method, string path, string? key, int status)
    {
        using var response = await SendAsync(new(method), path, Named, key, method == "POST" ? "{" : null);

        Assert.Equal(status, (int)response.StatusCode);
        AssertSeen(Named, response);
    }

    [Fact]
    public async Task A_refusal_for_its_rate_is_seen_with_what_it_says()
    {
        var organization = await _host.Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", "Scale", Plans.DefaultTracePlan);
        var key = (await _host.Services.GetRequiredService<KeyStore>().CreateAsync(organization.Id, KeyPrefix.LuminaLog, new KeyOptions { RequestsPerMinute = 1 }))!.Reveal();
        using var first = await SendAsync(HttpMethod.Post, "/v1/logs", Named, key, Batch);

        using var refused = await SendAsync(HttpMethod.Post, "/v1/logs", Named, key, Batch);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        AssertSeen(Named, refused);
        Assert.Contains("Retry-After", Header(refused, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_is_down_is_seen_too()
    {
        var key = await _host.CreateLogKeyAsync();
        _proxy.Fault = static _ => StorageFault.Unavailable;

        using var response = await SendAsync(HttpMethod.Post, "/v1/logs", Named, key, Batch);
        _proxy.Fault = static _ => StorageFault.None;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        AssertSeen(Named, response);
    }

    [Fact]
    public async Task What_comes_by_cookie_is_for_our_own_page_alone()
    {
        var client = await TraceClient.CreateAsync(_host);
        var reader = await TraceReader.CreateAsync(_host, client);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/events?projectId={client.Project}");
        request.Headers.Add("Origin", Named);
        request.Headers.Add("Cookie", $"{SessionCredential.CookieName}={reader.Token}");

        using var response = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        AssertSeen(null, response);
    }

    [Fact]
    public async Task What_a_page_sends_arrives_as_from_anybody()
    {
        var logs = await LogClient.CreateAsync(_host);

        using var sent = await SendAsync(HttpMethod.Post, "/v1/logs", Other, logs.Key, Batch);

        await sent.ExpectAcceptedAsync(1, Entry.Length);
        Assert.Equal([Entry], await logs.ReadStoredAsync(1));
    }

    private static string Batch => $"{{\"logs\":[{Entry}]}}";

    private Task<ServerlessHost> StartAsync(string origins, params (string Name, string Value)[] settings) => ServerlessHost.StartAsync(_proxy.Account, builder =>
    {
        builder.Configuration["Cors:Origins"] = origins;
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }
    });

    private async Task<HttpResponseMessage> PreflightAsync(string path, string method, string origin, ServerlessHost? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "content-type,x-api-key");
        return await (host ?? _host).Client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string origin, string? key = null, string? body = null, ServerlessHost? host = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Origin", origin);
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        return await (host ?? _host).Client.SendAsync(request);
    }

    private static void AssertSeen(string? by, HttpResponseMessage response)
    {
        Assert.Contains("Origin", response.Headers.Vary);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.Equal(by, response.Headers.Contains("Access-Control-Allow-Origin") ? Header(response, "Access-Control-Allow-Origin") : null);
        Assert.Equal(by is null ? null : AnswerHeaders, response.Headers.Contains("Access-Control-Expose-Headers") ? Header(response, "Access-Control-Expose-Headers") : null);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}

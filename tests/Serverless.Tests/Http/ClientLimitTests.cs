using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Http;

/// <summary>Lamina's limit by client address.</summary>
public sealed class ClientLimitTests : IAsyncLifetime
{
    private ServerlessHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await ServerlessHost.StartAsync(configure: builder => builder.Configuration["Limits:LaminaRequestsPerMinute"] = "3");

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Every_answer_says_what_is_left_and_the_last_says_how_long_to_wait()
    {
        foreach (var remaining in (string[])["2", "1", "0"])
        {
            using var response = await GetAsync("203.0.113.7");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("3", Header(response, "RateLimit-Limit"));
            Assert.Equal(remaining, Header(response, "RateLimit-Remaining"));
            Assert.InRange(int.Parse(Header(response, "RateLimit-Reset")), 59, 63);
        }

        using var denied = await GetAsync("203.0.113.7");

        Assert.Equal(HttpStatusCode.TooManyRequests, denied.StatusCode);
        Assert.Equal("0", Header(denied, "RateLimit-Remaining"));
        var wait = (int)denied.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        Assert.InRange(wait, 55, 63);
        Assert.Equal(Header(denied, "RateLimit-Reset"), $"{wait}");
        Assert.Equal(
            $$"""{"error":"Too many requests, please try again later","code":"RATE_LIMITED","retryable":true,"retryAfter":{{wait}},"requestId":"{{Header(denied, "X-Request-Id")}}"}""",
            await denied.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_address_is_what_the_front_end_says_and_nothing_the_client_makes_up()
    {
        for (var forged = 0; forged < 3; forged++)
        {
            using var response = await GetAsync("203.0.113.8", forwardedFor: $"198.51.100.{forged}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using var denied = await GetAsync("203.0.113.8", forwardedFor: "198.51.100.99");
        using var other = await GetAsync("203.0.113.10", forwardedFor: "203.0.113.8");

        Assert.Equal(HttpStatusCode.TooManyRequests, denied.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("1", "not an address")]
    [InlineData("0", "203.0.113.11")]
    public async Task Without_a_front_end_it_is_the_address_that_the_host_saw(string proxies, string named)
    {
        await using var host = await ServerlessHost.StartAsync(configure: builder =>
        {
            builder.Configuration["Limits:LaminaRequestsPerMinute"] = "1";
            builder.Configuration["TrustedProxies"] = proxies;
        });
        using var first = await GetAsync(named, host: host, forwardedFor: "198.51.100.1");

        using var denied = await host.Client.GetAsync("/v1/runs/a/b/c");

        Assert.Equal(HttpStatusCode.NotFound, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, denied.StatusCode);
    }

    [Fact]
    public async Task All_addresses_of_one_ipv6_network_share_the_limit()
    {
        for (var host = 1; host <= 3; host++)
        {
            using var response = await GetAsync($"2001:db8:1:2::{host}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using var denied = await GetAsync("2001:db8:1:2:ffff::1");
        using var other = await GetAsync("2001:db8:1:3::1");

        Assert.Equal(HttpStatusCode.TooManyRequests, denied.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task A_path_that_is_not_Lamina_s_is_not_counted()
    {
        for (var request = 0; request < 5; request++)
        {
            using var response = await GetAsync("203.0.113.9", "/unknown");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.False(response.Headers.Contains("RateLimit-Limit"));
        }
    }

    [Fact]
    public async Task A_denied_request_costs_no_storage_transaction()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(
            proxy.Account, builder => builder.Configuration["Limits:LaminaRequestsPerMinute"] = "1");
        using var first = await host.Client.GetAsync("/v1/runs/unknown");
        proxy.Reset();

        using var denied = await host.Client.GetAsync("/v1/runs/unknown");

        Assert.Equal(HttpStatusCode.TooManyRequests, denied.StatusCode);
        Assert.Empty(proxy.Transactions);
    }

    private async Task<HttpResponseMessage> GetAsync(
        string address, string path = "/v1/runs/a/b/c", string? forwardedFor = null, ServerlessHost? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("X-Client-IP", address);
        if (forwardedFor is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        }

        return await (host ?? _host).Client.SendAsync(request);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}

using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>Who is not let in, and why, in the exact words.</summary>
public sealed class AgentErrorTests(AgentFixture fixture) : IClassFixture<AgentFixture>
{
    private static readonly HttpMethod[] Methods = [HttpMethod.Get, HttpMethod.Get, HttpMethod.Get, HttpMethod.Get, HttpMethod.Post, HttpMethod.Post];
    private static readonly string[] Paths = ["/v1/search?q=x", "/v1/me", "/v1/usage", "/v1/billing", "/v1/billing/setup", "/v1/keys/rotate"];

    private AgentHost Host => fixture.Host;

    public static TheoryData<string, Func<string, string?>> Credentials => new()
    {
        { "none", _ => null },
        { "empty", _ => "" },
        { "the key alone", key => key },
        { "another scheme", key => $"Basic {key}" },
        { "a scheme alone", _ => "Bearer" },
        { "no key", _ => "Bearer ltx_your_key" },
        { "of another surface", key => $"Bearer ll_{key[4..]}" },
        { "a wrong secret", key => $"Bearer {key[..^1]}{(key[^1] == '0' ? '1' : '0')}" },
        { "of nobody", _ => $"Bearer {ApiKey.Create("ltx_", TenantIds.NewAccount()).Reveal()}" },
        { "prolonged", key => $"Bearer {key}0" },
        { "two", key => $"Bearer {key}, Bearer {key}" },
    };

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task A_credential_that_is_not_right_is_unknown_everywhere(string defect, Func<string, string?> spoil)
    {
        var agent = await Host.RegisterAsync();
        foreach (var (method, path) in Methods.Zip(Paths))
        {
            using var request = new HttpRequestMessage(method, path);
            if (spoil(agent.Key) is { } credential)
            {
                request.Headers.TryAddWithoutValidation("Authorization", credential);
            }

            var answer = await AgentAnswer.OfAsync(await Host.Client.SendAsync(request));
            Assert.True(answer.Status == 401, $"{defect}: {path} answers {answer.Status}");
            answer.AssertError(401, "INVALID_API_KEY", "The API key is missing or not recognised");
        }
    }

    [Fact]
    public async Task A_suspended_agent_is_told_so_until_it_is_active_again()
    {
        var agent = await Host.RegisterAsync();
        await SetAsync(agent, TenantColumns.Status, TenantStatus.Suspended);

        foreach (var (method, path) in Methods.Zip(Paths))
        {
            (await agent.SendAsync(method, path)).AssertError(403, "AGENT_SUSPENDED", "The agent is suspended");
        }

        await SetAsync(agent, TenantColumns.Status, TenantStatus.Active);
        Host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, await agent.CallsAsync());
    }

    [Theory]
    [InlineData("Free", 60)]
    [InlineData("Pro", 600)]
    public async Task An_agent_may_ask_so_often_in_a_minute_and_is_told_when_it_may_again(string tier, int requests)
    {
        var agent = await Host.RegisterAsync();
        await SetAsync(agent, TenantColumns.Tier, tier);
        foreach (var batch in Enumerable.Range(0, requests).Chunk(60))
        {
            var answers = await Task.WhenAll(batch.Select(number => agent.GetAsync(number % 2 == 0 ? "/v1/me" : "/v1/billing")));
            Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        }

        Host.Proxy.Reset();
        var denied = await agent.SearchAsync("one too many");
        denied.AssertError(429, "RATE_LIMIT_EXCEEDED", "Too many requests, please try again later", denied.RetryAfter);
        Assert.InRange(denied.RetryAfter!.Value, 60, 63);
        Assert.DoesNotContain(Host.Proxy.Transactions, transaction => transaction.Service == "table");

        Host.Time.Advance(TimeSpan.FromSeconds(denied.RetryAfter.Value));
        Assert.Equal(0, await agent.CallsAsync());
    }

    [Fact]
    public async Task A_request_that_is_not_valid_costs_a_request_and_no_call()
    {
        var agent = await Host.RegisterAsync();
        for (var request = 0; request < 60; request++)
        {
            Assert.Equal(422, (await agent.GetAsync("/v1/search")).Status);
        }

        Assert.Equal(429, (await agent.GetAsync("/v1/search")).Status);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, await agent.CallsAsync());
    }

    [Theory]
    [InlineData("/v1/register", "POST")]
    [InlineData("/v1/keys/rotate", "POST")]
    [InlineData("/v1/search", "GET")]
    [InlineData("/v1/billing/setup", "POST")]
    public async Task Another_method_is_a_405_that_says_which_is_allowed(string path, string allow)
    {
        using var response = await Host.Client.SendAsync(new(HttpMethod.Delete, path));

        Assert.Equal([allow], response.Content.Headers.Allow);
        (await AgentAnswer.OfAsync(response)).AssertError(405, "METHOD_NOT_ALLOWED", $"This path answers {allow} only");
    }

    [Fact]
    public async Task When_storage_is_away_nobody_is_let_in()
    {
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();
        host.Proxy.Fault = static _ => StorageFault.Unavailable;
        host.Time.TimerSpeed = 20;

        (await agent.SearchAsync("x")).AssertError(503, "SERVICE_UNAVAILABLE", "Storage cannot be reached at the moment, please try again", 5);
        Assert.Empty(host.Upstream.Requests);
    }

    private Task<Account?> SetAsync(AgentClient agent, string column, string value) =>
        Host.Get<AccountStore>().UpdateAsync(agent.Account, new Dictionary<string, string>(StringComparer.Ordinal) { [column] = value });
}

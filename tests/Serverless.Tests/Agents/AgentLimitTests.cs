using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>How often an agent may ask, and that nobody may while nothing is known of anybody.</summary>
public sealed class AgentLimitTests(AgentFixture fixture) : IClassFixture<AgentFixture>
{
    private AgentHost Host => fixture.Host;

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

using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>What a search costs, counted on the wire.</summary>
public sealed class SearchTransactionTests
{
    [Fact]
    public async Task A_new_answer_costs_three_transactions_and_a_cached_one_two()
    {
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();
        await agent.FindAsync("warm");

        host.Proxy.Reset();
        await agent.FindAsync("new");
        Assert.Equal(["table POST", "table GET", "table PUT"], host.Proxy.Transactions.Select(transaction => transaction.ToString()));

        host.Proxy.Reset();
        Assert.True((await agent.FindAsync("new"))["cached"]!.GetValue<bool>());
        Assert.Equal(["table POST", "table GET"], host.Proxy.Transactions.Select(transaction => transaction.ToString()));

        // However much time passes, a breaker that is closed costs nothing.
        host.Time.Advance(TimeSpan.FromMinutes(30));
        host.Proxy.Reset();
        await agent.FindAsync("newer");
        Assert.Equal(3, host.Proxy.Transactions.Count);
    }

    [Fact]
    public async Task Concurrent_searches_of_an_agent_share_their_admission()
    {
        const int Searches = 50;
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();
        await agent.FindAsync("same");
        host.Proxy.Reset();

        await Task.WhenAll(Enumerable.Range(0, Searches).Select(_ => agent.FindAsync("same")));

        Assert.Equal(Searches, host.Proxy.Transactions.Count(transaction => transaction.Method == "GET"));
        Assert.InRange(host.Proxy.Transactions.Count(transaction => transaction.Method == "POST"), 1, Searches / 2);
        Assert.Equal(Searches + 1, await agent.CallsAsync());
    }

    [Fact]
    public async Task What_is_told_without_a_key_costs_none()
    {
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();
        host.Proxy.Reset();

        await agent.GetAsync("/v1/capabilities");
        await agent.GetAsync("/v1/guide");

        Assert.Empty(host.Proxy.Transactions);
    }
}

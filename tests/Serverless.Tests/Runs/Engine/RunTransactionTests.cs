using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Engine;

/// <summary>What runs cost, counted on the wire.</summary>
public sealed class RunTransactionTests(RunFixture fixture) : IClassFixture<RunFixture>, IDisposable
{
    public void Dispose() => fixture.Proxy.Fault = static _ => StorageFault.None;

    [Fact]
    public async Task A_run_of_one_step_costs_eight_transactions_from_its_acceptance_to_its_end()
    {
        var client = await WarmAsync();
        var inserted = fixture.Proxy.HoldRunMessages();
        fixture.Proxy.Reset();

        await client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted);
        inserted.SetResult();
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));

        Assert.Equal(
            [
                "queue DELETE", // the message
                "queue GET",    // its receipt
                "queue POST",   // its sending
                "table GET",    // the run as it is when it is begun
                "table POST",   // the limit by client address
                "table POST",   // the key
                "table POST",   // the run, with its active row
                "table POST",   // its end, with the same
            ],
            fixture.Proxy.Transactions.Select(transaction => transaction.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_run_of_five_steps_and_a_second_costs_one_more_to_show_itself()
    {
        var client = await WarmAsync();
        var inserted = fixture.Proxy.HoldRunMessages();
        fixture.Proxy.Reset();

        await client.DoAsync("POST", "/v1/apps/pipeline/runs", "{}", HttpStatusCode.Accepted);
        inserted.SetResult();
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));

        Assert.Equal(5, fixture.Proxy.Transactions.Count(transaction => transaction is { Service: "table", Method: "POST" }));
        Assert.InRange(fixture.Proxy.Transactions.Count(transaction => transaction is not { Service: "queue", Method: "PUT" }), 9, 9);
    }

    [Fact]
    public async Task Looking_at_a_run_costs_three_transactions()
    {
        var client = await WarmAsync();
        var run = (await client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["runId"];
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Count(transaction => transaction is { Service: "queue", Method: "DELETE" }) == 2);
        fixture.Proxy.Reset();

        var shown = await client.DoAsync("GET", $"/v1/runs/{run}");

        Assert.Equal("completed", shown["status"]!.GetValue<string>());
        Assert.Equal(["table GET", "table POST", "table POST"], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()).Order(StringComparer.Ordinal));
    }

    // The first requests of a key and an address find nothing of them in memory, and the first commits of all open connections.
    private async Task<LaminaClient> WarmAsync()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);
        fixture.Proxy.Reset();
        await client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted);
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        return client;
    }
}

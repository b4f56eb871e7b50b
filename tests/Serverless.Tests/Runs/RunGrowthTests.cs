using System.Net;
using System.Text.Json.Nodes;
using Serverless.Runs.Engine;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;
using Serverless.Tests.Runs.Upkeep;

namespace Serverless.Tests.Runs;

/// <summary>What lists of runs and their counts cost, counted on the wire, in a workspace with few runs and in one with many.</summary>
public sealed class RunGrowthTests(ManyRunsFixture fixture) : IClassFixture<ManyRunsFixture>
{
    private static readonly DateTimeOffset TwoHoursAgo = DateTimeOffset.UtcNow.AddHours(-2);

    [Fact]
    public async Task What_lists_and_the_usage_cost_does_not_grow_with_the_runs_there_ever_were()
    {
        var few = await CreateAsync(runs: 60);
        var many = await CreateAsync(runs: 1_500);
        foreach (var (path, reads) in ((string, int)[])[
            ("/v1/runs", 2), ("/v1/runs?limit=100&offset=20", 2), ("/v1/runs?status=completed", 2), ("/v1/runs?status=running", 2), ("/v1/runs?appId=test", 3),
            ("/v1/runs?appId=test&status=failed", 3), ("/v1/runs?status=cancelled", 1), ("/v1/account/usage", 2)])
        {
            Assert.Equal((path, 2 + reads), (path, await CostAsync(few, path)));
            Assert.Equal((path, 2 + reads), (path, await CostAsync(many, path)));
        }

        Assert.Equal(1_500, (await many.DoAsync("GET", "/v1/account/usage"))["runs"]!["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_page_by_cursor_costs_as_much_at_the_end_of_the_list_as_at_its_beginning()
    {
        var client = await CreateAsync(runs: 1_200);
        var costs = new List<int>();
        var found = 0;
        for (var cursor = ""; cursor is not null;)
        {
            fixture.Proxy.Reset();
            var page = await PageAsync(client, $"?limit=100{cursor}");
            costs.Add(fixture.Proxy.Transactions.Count);
            found += page["data"]!.AsArray().Count;
            cursor = page["pagination"]!["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(1_200, found);
        Assert.Equal(Enumerable.Repeat(4, 12), costs);
    }

    [Fact]
    public async Task No_more_than_ten_thousand_runs_are_looked_at_for_a_page_and_to_count()
    {
        const int Many = 10_050;
        var client = await LaminaClient.CreateAsync(fixture.Host);
        var runs = new StoredRuns(fixture.Host, client.Workspace);
        var all = Enumerable.Range(0, Many).Select(number => runs.Make(number == Many - 1 ? RunStatus.Failed : RunStatus.Completed, TwoHoursAgo.AddSeconds(-number))).ToArray();
        await runs.AddEarlierAsync(all);

        foreach (var query in (string[])["?limit=1", "?limit=1&since=2000-01-01T00:00:00Z"])
        {
            var counted = (await PageAsync(client, query))["pagination"]!;
            Assert.Equal((10_000, false), (counted["total"]!.GetValue<int>(), counted["totalIsExact"]!.GetValue<bool>()));

            // It is counted once for all pages.
            fixture.Proxy.Reset();
            var second = await PageAsync(client, $"{query}&cursor={counted["nextCursor"]}");
            Assert.Equal(all[1].Id.Text, second["data"]![0]!["runId"]!.GetValue<string>());
            Assert.Equal((10_000, false), (second["pagination"]!["total"]!.GetValue<int>(), second["pagination"]!["totalIsExact"]!.GetValue<bool>()));
            Assert.InRange(fixture.Proxy.Transactions.Count, 3, 4);
        }

        await runs.SettleAsync();
        fixture.Proxy.Reset();
        var early = await PageAsync(client, "?status=failed");
        Assert.InRange(fixture.Proxy.Transactions.Count, 13, 14);
        Assert.Empty(early["data"]!.AsArray());
        Assert.Equal(1, early["pagination"]!["total"]!.GetValue<int>());
        Assert.Null(early["pagination"]!["totalIsExact"]);
        var late = await PageAsync(client, $"?status=failed&cursor={early["pagination"]!["nextCursor"]}");
        Assert.Equal(all[^1].Id.Text, Assert.Single(late["data"]!.AsArray())!["runId"]!.GetValue<string>());
        Assert.Null(late["pagination"]!["nextCursor"]);

        var byOffset = await PageAsync(client, $"?offset={Many - 1}");
        Assert.Equal(all[^1].Id.Text, Assert.Single(byOffset["data"]!.AsArray())!["runId"]!.GetValue<string>());
        Assert.Equal(Many, byOffset["pagination"]!["total"]!.GetValue<int>());
    }

    private static async Task<JsonNode> PageAsync(LaminaClient client, string query)
    {
        var answer = await client.GetAsync("/v1/runs" + query);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return JsonNode.Parse(answer.Body)!;
    }

    private async Task<int> CostAsync(LaminaClient client, string path)
    {
        fixture.Proxy.Reset();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path)).Status);
        return fixture.Proxy.Transactions.Count;
    }

    // Most are over and counted; some have just come to their end, and the oldest and the newest are under way.
    private async Task<LaminaClient> CreateAsync(int runs)
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);
        var stored = new StoredRuns(fixture.Host, client.Workspace);
        await stored.AddEarlierAsync(Enumerable.Range(0, runs - 12).Select(number =>
            stored.Make(number == 0 ? RunStatus.Running : number % 7 == 0 ? RunStatus.Failed : RunStatus.Completed, TwoHoursAgo.AddMilliseconds(number))));
        await stored.SettleAsync();
        for (var number = 0; number < 12; number++)
        {
            await stored.AddAsync(number == 11 ? RunStatus.Running : RunStatus.Completed, DateTimeOffset.UtcNow);
        }

        // The first request finds nothing of the key in memory.
        await client.GetAsync("/v1/runs");
        return client;
    }
}

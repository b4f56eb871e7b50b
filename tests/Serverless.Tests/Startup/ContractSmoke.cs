using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Startup;

/// <summary>The main job of every surface, once, from request to storage and back.</summary>
internal static class ContractSmoke
{
    /// <summary>Expects a host to do it.</summary>
    public static async Task ExpectAsync(ContractHost host)
    {
        var logs = await LogClient.CreateAsync(host);
        await logs.AcceptAsync(LogEntries.Simple("from afar"));
        await logs.WaitForAsync(1);
        Assert.Equal("from afar", (await logs.ReadAsync())["logs"]![0]!["message"]!.GetValue<string>());

        var traces = await TraceClient.CreateAsync(host);
        using var accepted = await traces.PostAsync(TraceEvents.Lines(2));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await (await TraceReader.CreateAsync(host, traces)).WaitForAsync(2);

        await ExpectRunsAsync(await LaminaClient.CreateAsync(host));

        var agent = await AgentClient.RegisterAsync(host.Client);
        Assert.NotEmpty((await agent.FindAsync("durable queues"))["results"]!.AsArray());

        Assert.Equal("active", (await host.Operator.DoAsync("GET", $"agents/{agent.Account}"))["status"]!.GetValue<string>());
    }

    /// <summary>Expects a run of a built-in app to come to its end.</summary>
    public static async Task ExpectRunsAsync(LaminaClient client)
    {
        var run = await client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted);
        var ended = JsonNode.Parse((await client.GetAsync($"/v1/runs/{run["runId"]}/wait?timeout=60")).Body)!;
        Assert.Equal("completed", ended["data"]!["status"]!.GetValue<string>());
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Watching;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Watching;

/// <summary>Runs as they come, as whoever follows them sees it.</summary>
[Trait("Category", "Contract")]
public sealed class FollowRunsTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string EchoInputs = """{"inputs":{"Text":"Hello"}}""";

    [Fact]
    public async Task Runs_come_as_they_stand_in_the_list()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        await DefineAsync(client, "long");
        using var live = await LiveRuns.OpenAsync(fixture.Host.Client, ("x-api-key", client.Key!));

        var runId = await StartAsync(client, "long", "{}");

        // A run that goes on is queued first, and running after half a second: what it is between two looks is not told.
        var run = JsonNode.Parse(await live.RunAsync())!;
        Assert.Equal(runId, run["runId"]!.GetValue<string>());
        Assert.Contains(run["status"]!.GetValue<string>(), (string[])["queued", "running"]);
        await client.DoAsync("POST", $"/v1/runs/{runId}/cancel");
        while (run["status"]!.GetValue<string>() != "cancelled")
        {
            run = JsonNode.Parse(await live.RunAsync())!;
        }

        Assert.Equal((await client.DoAsync("GET", "/v1/runs"))[0]!.ToJsonString(), run.ToJsonString());
    }

    [Fact]
    public async Task A_member_follows_the_runs_of_the_organization_and_of_no_other()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var own = new LaminaClient(fixture.Host.Client, await fixture.Host.CreateKeyAsync(organization, KeyPrefix.Lamina));
        var others = await LaminaClient.CreateAsync(fixture.Host);
        var member = await SessionClient.CreateAsync(fixture.Host, organization);
        using var byBearer = await LiveRuns.OpenAsync(fixture.Host.Client, member.Bearer);
        using var byCookie = await LiveRuns.OpenAsync(fixture.Host.Client, member.Cookie);

        await StartAsync(others, "echo", EchoInputs);
        var runId = await StartAsync(own, "echo", EchoInputs);

        foreach (var live in (LiveRuns[])[byBearer, byCookie])
        {
            Assert.Equal(runId, JsonNode.Parse(await live.RunAsync())!["runId"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_stream_shows_what_its_filters_let_through()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        await DefineAsync(client, "long");
        using var ofApp = await LiveRuns.OpenAsync(fixture.Host.Client, ("x-api-key", client.Key!), "?appId=long");
        using var ended = await LiveRuns.OpenAsync(fixture.Host.Client, ("x-api-key", client.Key!), "?status=completed");

        var goingOn = await StartAsync(client, "long", "{}");
        var over = await StartAsync(client, "echo", EchoInputs);

        Assert.Equal(goingOn, JsonNode.Parse(await ofApp.RunAsync())!["runId"]!.GetValue<string>());
        var run = JsonNode.Parse(await ended.RunAsync())!;
        Assert.Equal((over, "completed"), (run["runId"]!.GetValue<string>(), run["status"]!.GetValue<string>()));
        await client.DoAsync("POST", $"/v1/runs/{goingOn}/cancel");
    }

    [Fact]
    public async Task A_status_that_does_not_exist_is_refused()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);

        (await client.GetAsync("/v1/runs/live?status=gone")).AssertInvalid(
            "Invalid query parameters", ("status", "invalid_option", "\"status\": invalid option \"gone\". Must be one of: queued, running, completed, failed, cancelled"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await new LaminaClient(fixture.Host.Client, key: null).GetAsync("/v1/runs/live")).Status);
    }

    private static Task<JsonNode> DefineAsync(LaminaClient client, string app) => client.DoAsync(
        "PUT",
        $"/v1/apps/{app}",
        """{"name":"Long","steps":[{"id":"pause","kind":"delay","seconds":60}],"outputs":[{"id":"o","label":"Out","type":"text","step":"pause"}]}""",
        HttpStatusCode.Created);

    private static async Task<string> StartAsync(LaminaClient client, string app, string body) =>
        (await client.DoAsync("POST", $"/v1/apps/{app}/runs", body, HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
}

/// <summary>How long such a stream goes on.</summary>
public sealed class FollowRunsTimeTests
{
    [Fact]
    public async Task A_quiet_stream_pings_and_ends_after_ten_minutes()
    {
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var client = await LaminaClient.CreateAsync(host);
        using var live = await LiveRuns.OpenAsync(host.Client, ("x-api-key", client.Key!));

        for (var ping = 0; ping < 3; ping++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal("event: ping\ndata: {}", await live.BlockAsync());
        }

        time.Advance(TimeSpan.FromMinutes(10) - (3 * TimeSpan.FromSeconds(15)));
        Assert.Equal("event: ping\ndata: {}", await live.BlockAsync());
        Assert.Null(await live.BlockAsync());
        Assert.Equal(0, host.Services.GetRequiredService<RunFeed>().Followed);
    }
}

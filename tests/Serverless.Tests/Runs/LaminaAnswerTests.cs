using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs;

/// <summary>Lists of runs, what the workspace has used, the key of webhooks, and what every answer says of the limit.</summary>
[Trait("Category", "Contract")]
public sealed class LaminaAnswerTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task Runs_are_listed_newest_first_page_by_page()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);
        var started = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            var run = await client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted);
            started.Insert(0, run["runId"]!.GetValue<string>());
        }

        // Two pages are compared whole below, so no run may go on between them.
        foreach (var runId in started)
        {
            await client.GetAsync($"/v1/runs/{runId}/wait");
        }

        var first = JsonNode.Parse((await client.GetAsync("/v1/runs?limit=2")).Body)!;
        var second = JsonNode.Parse((await client.GetAsync("/v1/runs?limit=2&offset=2&appId=echo")).Body)!;
        var none = JsonNode.Parse((await client.GetAsync("/v1/runs?appId=research")).Body)!;

        Assert.Equal(started, new[] { first, second }.SelectMany(page => page["data"]!.AsArray()).Select(run => run!["runId"]!.GetValue<string>()));
        var cursor = first["pagination"]!["nextCursor"]!.GetValue<string>();
        Assert.Equal($$"""{"total":3,"limit":2,"offset":0,"nextCursor":"{{cursor}}"}""", first["pagination"]!.ToJsonString());
        Assert.Equal("""{"total":3,"limit":2,"offset":2,"nextCursor":null}""", second["pagination"]!.ToJsonString());
        Assert.Equal(second["data"]!.ToJsonString(), JsonNode.Parse((await client.GetAsync($"/v1/runs?limit=2&cursor={cursor}")).Body)!["data"]!.ToJsonString());
        Assert.Empty(none["data"]!.AsArray());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("status=done", "status")]
    [InlineData("since=yesterday", "since")]
    public async Task A_parameter_of_a_list_that_is_not_valid_is_named(string query, string parameter)
    {
        var client = await fixture.Host.AnyLaminaClientAsync();

        var answer = await client.GetAsync($"/v1/runs?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var detail = Assert.Single(JsonNode.Parse(answer.Body)!["details"]!.AsArray())!;
        Assert.Equal(parameter, detail["param"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_a_workspace_has_used_is_told_by_status()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);
        var run = await client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted);
        await client.GetAsync($"/v1/runs/{run["runId"]}/wait");

        var usage = await client.DoAsync("GET", "/v1/account/usage");

        Assert.Equal(
            $$"""{"month":"{{DateTimeOffset.UtcNow:yyyy-MM}}","total":1,"queued":0,"running":0,"completed":1,"failed":0,"cancelled":0}""",
            usage["runs"]!.ToJsonString());
        Assert.Equal(60_000, usage["rateLimit"]!["windowMs"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_key_of_webhooks_is_shown_to_anybody()
    {
        using var response = await fixture.Host.Client.GetAsync("/v1/webhooks/signing-key");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Matches(
            """^\{"keys":\[\{"kty":"OKP","crv":"Ed25519","x":"[A-Za-z0-9_-]{43}","kid":"[A-Za-z0-9_-]{11}","use":"sig","alg":"EdDSA"\}\]\}$""",
            await response.Content.ReadAsStringAsync());
        Assert.Equal("public, max-age=3600", response.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("/v1/apps")]
    [InlineData("/v1/runs/unknown")]
    [InlineData("/v1/webhooks/signing-key")]
    public async Task Every_answer_says_what_is_left_of_the_limit(string path)
    {
        using var response = await fixture.Host.Client.GetAsync(path);

        var (limit, remaining) = (Number(response, "RateLimit-Limit"), Number(response, "RateLimit-Remaining"));
        Assert.InRange(remaining, 0, limit - 1);
        Assert.InRange(Number(response, "RateLimit-Reset"), 0, 63);
    }

    private static int Number(HttpResponseMessage response, string header) => int.Parse(Assert.Single(response.Headers.GetValues(header)));
}

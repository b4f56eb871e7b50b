using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Runs.Engine;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs;

/// <summary><c>GET /v1/runs/{runId}</c> and <c>POST /v1/runs/{runId}/cancel</c>.</summary>
[Trait("Category", "Contract")]
public sealed partial class RunEndpointTests(ContractFixture fixture) : IClassFixture<ContractFixture>, IAsyncLifetime
{
    private LaminaClient _client = null!;

    public async Task InitializeAsync() => _client = await LaminaClient.CreateAsync(fixture.Host, "admin");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_completed_run_is_shown_with_its_outputs()
    {
        await DefineAsync(
            """[{"id":"text","kind":"text","template":"\"Hi\""},{"id":"json","kind":"text","template":"{\"a\": [1, 2.50]}"},{"id":"bad","kind":"text","template":"{no"}]""",
            """
            [{"id":"t","label":"Text","type":"text","step":"text"},{"id":"j","label":"JSON","type":"json","step":"json"},
             {"id":"b","label":"Not JSON","type":"json","step":"bad"},{"id":"u","label":"URL","type":"url","step":"text"}]
            """);
        var run = await StartAsync();

        var answer = await EndOfAsync(run);

        answer.AssertIs(HttpStatusCode.OK, WithTimes(
            answer,
            $$$$"""{"data":{"runId":"{{{{run}}}}","workflowId":"own","status":"completed","outputs":[{"id":"t","label":"Text","type":"text","value":"\"Hi\"","status":"completed","error":null},{"id":"j","label":"JSON","type":"json","value":{"a":[1,2.50]},"status":"completed","error":null},{"id":"b","label":"Not JSON","type":"json","value":"{no","status":"completed","error":null},{"id":"u","label":"URL","type":"url","value":"\"Hi\"","status":"completed","error":null}],"errorMessage":null,"startedAt":"T","completedAt":"T","createdAt":"T","progress":{"totalOutputs":4,"completedOutputs":4,"failedOutputs":0,"percentComplete":100}}}"""));
    }

    [Fact]
    public async Task A_cancelled_run_is_shown_as_such_by_whoever_asks()
    {
        await DefineAsync(
            """[{"id":"first","kind":"text","template":"First"},{"id":"wait","kind":"delay","seconds":60}]""",
            """[{"id":"f","label":"F","type":"text","step":"first"},{"id":"w","label":"W","type":"text","step":"wait"}]""");
        var run = await StartAsync();
        await UntilAsync(run, status => status == "running");

        var cancelled = await _client.SendAsync("POST", $"/v1/runs/{run}/cancel");

        cancelled.AssertIs(HttpStatusCode.OK, WithTimes(
            cancelled,
            $$$$"""{"data":{"runId":"{{{{run}}}}","workflowId":"own","status":"cancelled","outputs":[{"id":"f","label":"F","type":"text","value":"First","status":"completed","error":null},{"id":"w","label":"W","type":"pending","value":null,"status":"cancelled","error":null}],"errorMessage":null,"startedAt":"T","completedAt":"T","createdAt":"T","progress":{"totalOutputs":2,"completedOutputs":1,"failedOutputs":0,"percentComplete":50}}}"""));
        (await _client.SendAsync("POST", $"/v1/runs/{run}/cancel")).AssertIs(HttpStatusCode.OK, cancelled.Body);
        (await _client.GetAsync($"/v1/runs/{run}")).AssertIs(HttpStatusCode.OK, cancelled.Body);
    }

    [Fact]
    public async Task Cancelling_a_run_that_is_over_shows_it_as_it_is()
    {
        var run = (await _client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        var end = await EndOfAsync(run);

        (await _client.SendAsync("POST", $"/v1/runs/{run}/cancel")).AssertIs(HttpStatusCode.OK, end.Body);
    }

    [Fact]
    public async Task A_run_that_is_over_is_deleted_and_what_it_used_stays_used()
    {
        var run = (await _client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await EndOfAsync(run);

        var deleted = await _client.SendAsync("DELETE", $"/v1/runs/{run}");

        Assert.Equal((HttpStatusCode.NoContent, ""), (deleted.Status, deleted.Body));
        foreach (var (method, path) in ((string, string)[])[("GET", ""), ("GET", "/deliveries"), ("GET", "/steps"), ("GET", "/replays"), ("POST", "/replay"), ("GET", "/wait"), ("POST", "/cancel"), ("DELETE", "")])
        {
            (await _client.SendAsync(method, $"/v1/runs/{run}{path}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Run not found");
        }

        (await _client.GetAsync("/v1/runs")).AssertIs(HttpStatusCode.OK, """{"data":[],"pagination":{"total":0,"limit":25,"offset":0,"nextCursor":null}}""");
    }

    [Fact]
    public async Task A_run_is_replayed_and_tells_of_its_replay()
    {
        var run = (await _client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await EndOfAsync(run);

        var replay = await _client.DoAsync("POST", $"/v1/runs/{run}/replay", """{"from":"echo"}""", HttpStatusCode.Accepted);
        var end = await EndOfAsync(replay["runId"]!.GetValue<string>());

        Assert.Equal((run, run), (replay["replayOf"]!.GetValue<string>(), JsonNode.Parse(end.Body)!["data"]!["replayOf"]!.GetValue<string>()));
        Assert.Equal(replay["runId"]!.GetValue<string>(), Assert.Single((await _client.DoAsync("GET", $"/v1/runs/{run}/replays")).AsArray())!["runId"]!.GetValue<string>());
        (await _client.SendAsync("POST", "/v1/runs/replay", """{"status":"failed"}""")).AssertIs(HttpStatusCode.Accepted, """{"data":{"count":0,"nextCursor":null}}""");
        (await _client.SendAsync("POST", "/v1/runs/cancel", """{"status":"queued","appId":"none"}""")).AssertIs(HttpStatusCode.Accepted, """{"data":{"count":0,"nextCursor":null}}""");
    }

    [Fact]
    public async Task A_run_that_is_under_way_cannot_be_deleted()
    {
        await DefineAsync("""[{"id":"wait","kind":"delay","seconds":60}]""", """[{"id":"w","label":"W","type":"text","step":"wait"}]""");
        var run = await StartAsync();

        (await _client.SendAsync("DELETE", $"/v1/runs/{run}")).AssertError(
            HttpStatusCode.Conflict, "CONFLICT", "The run is still under way: cancel it first, or wait for its end");

        await _client.SendAsync("POST", $"/v1/runs/{run}/cancel");
        Assert.Equal(HttpStatusCode.NoContent, (await _client.SendAsync("DELETE", $"/v1/runs/{run}")).Status);
    }

    [Fact]
    public async Task Whoever_may_define_nothing_may_delete_nothing()
    {
        var caller = await LaminaClient.CreateAsync(fixture.Host);
        var run = (await caller.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();

        (await caller.SendAsync("DELETE", $"/v1/runs/{run}")).AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "This needs an API key with the scope \"admin\"");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/replay")]
    [InlineData("GET", "/steps")]
    [InlineData("GET", "/replays")]
    [InlineData("DELETE", "")]
    public async Task A_run_that_the_workspace_has_not_is_not_found(string method, string path)
    {
        var other = await LaminaClient.CreateAsync(fixture.Host);
        var foreign = (await other.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        string[] ids = [foreign, RunId.New(DateTimeOffset.UtcNow).Text, "fc32ae7d-6840-4be3-8fb1-539a60e33fc3", foreign.ToUpperInvariant(), "run", "a%2Fb", "%27"];
        foreach (var id in ids)
        {
            (await _client.SendAsync(method, $"/v1/runs/{id}{path}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Run not found");
        }
    }

    private static string WithTimes(LaminaAnswer answer, string expected)
    {
        var times = Time().Matches(answer.Body).Select(match => match.Groups["time"].Value).ToArray();
        Assert.Equal(3, times.Length);
        Assert.True(string.CompareOrdinal(times[2], times[0]) <= 0 && string.CompareOrdinal(times[0], times[1]) <= 0, answer.Body);
        return times.Zip((string[])["started", "completed", "created"])
            .Aggregate(expected, (text, time) => text.Replace($"\"{time.Second}At\":\"T\"", $"\"{time.Second}At\":\"{time.First}\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("""At":"(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Time();

    private Task<JsonNode> DefineAsync(string steps, string outputs) =>
        _client.DoAsync("PUT", "/v1/apps/own", $$"""{"name":"Own","steps":{{steps}},"outputs":{{outputs}}}""", HttpStatusCode.Created);

    private async Task<string> StartAsync() => (await _client.DoAsync("POST", "/v1/apps/own/runs", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();

    private Task<LaminaAnswer> EndOfAsync(string run) => UntilAsync(run, status => status is not ("queued" or "running"));

    private async Task<LaminaAnswer> UntilAsync(string run, Func<string, bool> condition)
    {
        using var patience = new CancellationTokenSource(RunDriver.Patience);
        while (true)
        {
            var answer = await _client.GetAsync($"/v1/runs/{run}");
            if (condition(JsonNode.Parse(answer.Body)!["data"]!["status"]!.GetValue<string>()))
            {
                return answer;
            }

            await Task.Delay(20, patience.Token);
        }
    }
}

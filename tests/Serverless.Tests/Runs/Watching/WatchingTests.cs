using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Serverless.Runs.Engine;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Watching;

/// <summary>Waiting for a run and following it, as a client sees it.</summary>
[Trait("Category", "Contract")]
public sealed class WatchingTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string EchoInputs = """{"inputs":{"Text":"Hello"}}""";

    [Fact]
    public async Task A_run_that_has_ended_is_answered_at_once()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var runId = (await client.DoAsync("POST", "/v1/apps/echo/runs", EchoInputs, HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await client.GetAsync($"/v1/runs/{runId}/wait");

        var answer = await client.GetAsync($"/v1/runs/{runId}/wait?timeout=120");

        Assert.False(JsonNode.Parse(answer.Body)!["timeout"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("121")]
    [InlineData("1.5")]
    [InlineData("x")]
    public async Task A_timeout_out_of_range_is_refused(string timeout)
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);

        var answer = await client.GetAsync($"/v1/runs/{RunId.New(DateTimeOffset.UtcNow)}/wait?timeout={timeout}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(
            """{"error":"Invalid query parameters","code":"VALIDATION_ERROR","retryable":false,"requestId":"test-1","details":[{"param":"timeout","code":"out_of_range","message":"\"timeout\": must be a whole number of seconds from 1 to 120."}]}""",
            answer.Body);
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("stream")]
    [InlineData("steps")]
    [InlineData("deliveries")]
    public async Task An_unknown_run_is_not_found(string what)
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);

        var answer = await client.GetAsync($"/v1/runs/{RunId.New(DateTimeOffset.UtcNow)}/{what}");

        Assert.Equal((HttpStatusCode.NotFound, """{"error":"Run not found","code":"NOT_FOUND","retryable":false,"requestId":"test-1"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_wait_that_is_over_shows_the_run_as_it_is()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var runId = await StartLongAsync(client);
        var started = Stopwatch.GetTimestamp();

        var answer = await client.GetAsync($"/v1/runs/{runId}/wait?timeout=1");

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.9));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.True(JsonNode.Parse(answer.Body)!["timeout"]!.GetValue<bool>());
        Assert.Contains(JsonNode.Parse(answer.Body)!["data"]!["status"]!.GetValue<string>(), (string[])["queued", "running"]);
        await client.DoAsync("POST", $"/v1/runs/{runId}/cancel");
    }

    [Fact]
    public async Task A_wait_ends_when_the_run_is_cancelled()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var runId = await StartLongAsync(client);
        var waiting = client.GetAsync($"/v1/runs/{runId}/wait?timeout=30");

        await client.DoAsync("POST", $"/v1/runs/{runId}/cancel");

        var answer = JsonNode.Parse((await waiting).Body)!;
        Assert.Equal("cancelled", answer["data"]!["status"]!.GetValue<string>());
        Assert.False(answer["timeout"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_stream_ends_with_the_run_and_is_not_told_again()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);
        var runId = (await client.DoAsync("POST", "/v1/apps/echo/runs", EchoInputs, HttpStatusCode.Accepted))["runId"]!.GetValue<string>();

        var stream = await client.GetAsync($"/v1/runs/{runId}/stream");

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (stream.Status, stream.ContentType));
        var (id, name, data) = StreamEvents.Of(stream.Body)[^1];
        Assert.Equal(("complete", "completed"), (name, JsonNode.Parse(data)!["status"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.NoContent, (await client.GetAsync($"/v1/runs/{runId}/stream", ("Last-Event-ID", id))).Status);
    }

    [Fact]
    public async Task The_steps_of_a_run_are_shown()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);
        var runId = (await client.DoAsync("POST", "/v1/apps/echo/runs", EchoInputs, HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await client.GetAsync($"/v1/runs/{runId}/wait");

        var step = Assert.Single((await client.DoAsync("GET", $"/v1/runs/{runId}/steps")).AsArray())!;

        Assert.Equal("""{"text":"Hello","bytes":5,"isCut":false}""", step["result"]!.ToJsonString());
    }

    [Fact]
    public async Task The_stream_of_a_cancelled_run_ends_with_an_error()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var runId = await StartLongAsync(client);
        await client.DoAsync("POST", $"/v1/runs/{runId}/cancel");

        var (_, name, data) = Assert.Single(StreamEvents.Of((await client.GetAsync($"/v1/runs/{runId}/stream")).Body), each => each.Name != "step");

        Assert.Equal(("error", "cancelled"), (name, JsonNode.Parse(data)!["status"]!.GetValue<string>()));
    }

    private static async Task<string> StartLongAsync(LaminaClient client)
    {
        const string Definition =
            """{"name":"Long","steps":[{"id":"pause","kind":"delay","seconds":60}],"outputs":[{"id":"o","label":"Out","type":"text","step":"pause"}]}""";
        await client.DoAsync("PUT", "/v1/apps/long", Definition, HttpStatusCode.Created);
        return (await client.DoAsync("POST", "/v1/apps/long/runs", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs;

/// <summary>What is told of runs that wait because their app says how many may be under way at once.</summary>
public sealed class WaitingRunTests(RunFixture fixture) : IClassFixture<RunFixture>, IAsyncLifetime
{
    private LaminaClient _client = null!;

    public async Task InitializeAsync() => _client = await LaminaClient.CreateAsync(fixture.Host, "admin");

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("", "null")]
    [InlineData(""","key":"{{inputs.Who}} & more" """, "\"Ann & more\"")]
    public async Task A_run_that_waits_says_for_what_until_it_begins(string key, string told)
    {
        await DefineAsync(key);
        var first = await StartAsync();
        await UntilAsync(first, run => run["status"]!.GetValue<string>() == "running");
        var second = await StartAsync();

        var waits = await UntilAsync(second, run => run["waitsFor"] is not null);

        var expected = $$"""{"limit":1,"key":{{told}}}""";
        Assert.Equal(("queued", expected), (waits["status"]!.GetValue<string>(), Told(waits)));
        var listed = (await _client.DoAsync("GET", "/v1/runs")).AsArray();
        Assert.Equal([expected, null], listed.Select(run => Told(run!)));
        Assert.Equal(expected, Told(await _client.DoAsync("GET", $"/v1/runs/{second}/wait?timeout=1")));

        await _client.DoAsync("POST", $"/v1/runs/{first}/cancel");
        var began = await UntilAsync(second, run => run["status"]!.GetValue<string>() == "running");
        Assert.Null(Told(began));
        await _client.DoAsync("POST", $"/v1/runs/{second}/cancel");
        Assert.Equal([null, null], (await _client.DoAsync("GET", "/v1/runs")).AsArray().Select(run => Told(run!)));
    }

    [Fact]
    public async Task A_stream_tells_that_a_run_has_to_wait_and_a_long_key_is_cut()
    {
        await DefineAsync(""","key":"{{inputs.Who}}" """);
        var who = new string('x', 300);
        var first = await StartAsync(who);
        await UntilAsync(first, run => run["status"]!.GetValue<string>() == "running");
        var second = await StartAsync(who);
        await UntilAsync(second, run => run["waitsFor"] is not null);

        var told = await ReadStreamAsync(second);

        Assert.Equal("id: waiting.p0", told[0]);
        Assert.Equal(new string('x', 200), JsonNode.Parse(told[2]["data: ".Length..])!["waitsFor"]!["key"]!.GetValue<string>());
        await _client.DoAsync("POST", $"/v1/runs/{second}/cancel");
        await _client.DoAsync("POST", $"/v1/runs/{first}/cancel");
    }

    private static string? Told(JsonNode run) => run["waitsFor"]?.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private Task<JsonNode> DefineAsync(string key) => _client.DoAsync(
        "PUT",
        "/v1/apps/own",
        $$$"""
        {"name":"Own","concurrency":{"limit":1{{{key}}}},"parameters":[{"id":"who","name":"Who","type":"text","default":"Ann"}],
         "steps":[{"id":"wait","kind":"delay","seconds":600}],"outputs":[{"id":"o","label":"O","type":"text","step":"wait"}]}
        """,
        HttpStatusCode.Created);

    private async Task<string> StartAsync(string who = "Ann") =>
        (await _client.DoAsync("POST", "/v1/apps/own/runs", $$$"""{"inputs":{"Who":"{{{who}}}"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();

    private async Task<JsonNode> UntilAsync(string run, Func<JsonNode, bool> isSo)
    {
        JsonNode found = null!;
        await Eventually.TrueAsync(async () => isSo(found = await _client.DoAsync("GET", $"/v1/runs/{run}")));
        return found;
    }

    // The first event.
    private async Task<string[]> ReadStreamAsync(string run)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{run}/stream");
        request.Headers.Add("x-api-key", _client.Key);
        using var response = await fixture.Host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        return [(await reader.ReadLineAsync())!, (await reader.ReadLineAsync())!, (await reader.ReadLineAsync())!];
    }
}

using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs.Watching;

/// <summary><c>GET /v1/runs/{runId}/wait</c>: within a second or so of the end, one look for all, and no later than asked.</summary>
public sealed class WaitTests(RunFixture fixture) : IClassFixture<RunFixture>
{
    // A look comes a second after the last, at most; a machine that is busy with other tests needs more.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_wait_ends_with_the_run()
    {
        var (client, finish, runId) = await StartHeldAsync();
        var waiting = client.GetAsync($"/v1/runs/{runId}/wait?timeout=60");
        await Eventually.TrueAsync(async () => (await StatusAsync(client, runId)) == "running");
        Assert.False(waiting.IsCompleted);

        finish.SetResult();

        var answer = JsonNode.Parse((await waiting.WaitAsync(Soon)).Body)!;
        Assert.Equal("completed", answer["data"]!["status"]!.GetValue<string>());
        Assert.False(answer["timeout"]!.GetValue<bool>());
        Assert.Equal(["data", "timeout"], answer.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task A_wait_that_is_over_shows_the_run_as_it_is()
    {
        var (client, finish, runId) = await StartHeldAsync();
        var started = Stopwatch.GetTimestamp();

        var answer = await client.GetAsync($"/v1/runs/{runId}/wait?timeout=1");

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.9));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.True(JsonNode.Parse(answer.Body)!["timeout"]!.GetValue<bool>());
        Assert.NotEqual("completed", JsonNode.Parse(answer.Body)!["data"]!["status"]!.GetValue<string>());
        finish.SetResult();
    }

    [Fact]
    public async Task Two_hundred_who_wait_cost_one_who_looks()
    {
        const int Waiters = 200;
        var (client, finish, runId) = await StartHeldAsync();
        var waiting = Enumerable.Range(0, Waiters).Select(_ => client.GetAsync($"/v1/runs/{runId}/wait?timeout=60")).ToArray();
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Count(IsLook) >= Waiters);
        fixture.Proxy.Reset();
        var began = Stopwatch.GetTimestamp();
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Count(IsLook) >= 2);
        var looks = fixture.Proxy.Transactions.Count(IsLook);
        var elapsed = Stopwatch.GetElapsedTime(began);

        finish.SetResult();

        // Once a second in the end, and never more than the steps of backing off in between.
        Assert.InRange(looks, 2, 8 + (int)elapsed.TotalSeconds);
        foreach (var answer in await Task.WhenAll(waiting))
        {
            Assert.Equal("completed", JsonNode.Parse(answer.Body)!["data"]!["status"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task What_another_process_does_is_seen_within_a_second_or_so()
    {
        await using var other = await RunDriver.StartHostAsync(fixture.Host.Account);
        var (client, finish, runId) = await StartHeldAsync();
        var elsewhere = new LaminaClient(other.Client, client.Key);
        var waiting = elsewhere.GetAsync($"/v1/runs/{runId}/wait?timeout=60");
        await Eventually.TrueAsync(async () => (await StatusAsync(client, runId)) == "running");

        finish.SetResult();

        var answer = JsonNode.Parse((await waiting.WaitAsync(Soon)).Body)!;
        Assert.Equal("completed", answer["data"]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_stream_tells_every_state_and_the_end()
    {
        var (client, finish, runId) = await StartHeldAsync();
        await Eventually.TrueAsync(async () => (await StatusAsync(client, runId)) == "running");
        fixture.Proxy.Reset();
        var streaming = client.GetAsync($"/v1/runs/{runId}/stream");
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(IsLook));

        finish.SetResult();

        var all = StreamEvents.Of((await streaming.WaitAsync(Soon)).Body);
        var events = all.FindAll(told => told.Name != "step");
        Assert.Equal("progress", events[0].Name);
        Assert.Equal("complete", events[^1].Name);
        Assert.Equal("completed", JsonNode.Parse(events[^1].Data)!["status"]!.GetValue<string>());
        Assert.Equal(all.Count, all.Select(told => told.Id).Distinct().Count());

        // Whoever comes back with what was told last is told that there is no more.
        var again = await client.GetAsync($"/v1/runs/{runId}/stream", ("Last-Event-ID", events[^1].Id));
        Assert.Equal(HttpStatusCode.NoContent, again.Status);
        var resumed = StreamEvents.Of((await client.GetAsync($"/v1/runs/{runId}/stream", ("Last-Event-ID", events[0].Id))).Body);
        Assert.Equal(["step", "complete"], resumed.Select(told => told.Name));
    }

    [Fact]
    public async Task The_stream_of_a_cancelled_run_ends_with_an_error()
    {
        var (client, finish, runId) = await StartHeldAsync();
        await client.DoAsync("POST", $"/v1/runs/{runId}/cancel");

        var events = StreamEvents.Of((await client.GetAsync($"/v1/runs/{runId}/stream")).Body);

        Assert.Equal(["error"], events.Select(told => told.Name).Where(name => name != "step"));
        Assert.Equal("cancelled", JsonNode.Parse(events[^1].Data)!["status"]!.GetValue<string>());
        finish.SetResult();
    }

    private static bool IsLook(StorageTransaction transaction) =>
        transaction is { Service: "table", Method: "GET" } && transaction.Path.Contains("run-", StringComparison.Ordinal);

    private static async Task<string> StatusAsync(LaminaClient client, string runId) =>
        (await client.DoAsync("GET", $"/v1/runs/{runId}"))["status"]!.GetValue<string>();

    // A run whose one step waits for an answer that the test gives.
    private async Task<(LaminaClient Client, TaskCompletionSource Finish, string RunId)> StartHeldAsync()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = EffectReceiver.StartWaiting(async _ =>
        {
            await finish.Task;
            return (200, "done");
        });
        var definition = $$"""{"name":"Held","steps":[{"id":"call","kind":"http","method":"POST","url":"{{receiver.Url}}held"}],"outputs":[{"id":"o","label":"Out","type":"text","step":"call"}]}""";
        await client.DoAsync("PUT", "/v1/apps/held", definition, HttpStatusCode.Created);
        var run = await client.DoAsync("POST", "/v1/apps/held/runs", "{}", HttpStatusCode.Accepted);
        return (client, finish, run["runId"]!.GetValue<string>());
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Serverless.Runs.Engine;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;
using Serverless.Tests.Runs.Upkeep;

namespace Serverless.Tests.Runs;

/// <summary><c>POST /v1/runs/{runId}/replay</c> and <c>GET /v1/runs/{runId}/replays</c>.</summary>
public sealed class ReplayTests(RunFixture fixture) : IClassFixture<RunFixture>, IAsyncLifetime
{
    private readonly EffectReceiver _receiver = EffectReceiver.Start();
    private LaminaClient _client = null!;

    public async Task InitializeAsync() => _client = await LaminaClient.CreateAsync(fixture.Host, "admin");

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task A_replay_is_a_run_of_the_same_app_with_the_same_inputs_and_each_tells_of_the_other()
    {
        await DefineAsync();
        var run = await RunAsync("?webhook=http%3A%2F%2F127.0.0.1%3A1%2F");
        await _client.DoAsync("PUT", "/v1/apps/own", """{"name":"Other","steps":[{"id":"a","kind":"text","template":"Other"}],"outputs":[{"id":"o","label":"O","type":"text","step":"a"}]}""");

        var answer = await _client.SendAsync("POST", $"/v1/runs/{run}/replay");

        var replay = JsonNode.Parse(answer.Body)!["data"]!["runId"]!.GetValue<string>();
        answer.AssertIs(
            HttpStatusCode.Accepted,
            $$$"""{"data":{"runId":"{{{replay}}}","workflowId":"own","workflowName":"Own","status":"queued","webhookUrl":"http://127.0.0.1:1/","outputs":[{"id":"o","label":"Out","type":"pending","value":null,"status":"pending","error":null}],"replayOf":"{{{run}}}"}}""");
        var end = await EndOfAsync(replay);
        Assert.Equal(("completed", "second done, Ann", run), (end["status"]!.GetValue<string>(), ValueOf(end), end["replayOf"]!.GetValue<string>()));
        Assert.Equal(4, _receiver.Requests.Count);
        Assert.Null((await EndOfAsync(run))["replayOf"]);

        var listed = Assert.Single((await _client.DoAsync("GET", $"/v1/runs/{run}/replays")).AsArray())!;
        Assert.Equal((replay, "completed", "replay", run), (listed["runId"]!.GetValue<string>(), listed["status"]!.GetValue<string>(), listed["source"]!.GetValue<string>(), listed["replayOf"]!.GetValue<string>()));
        Assert.Equal(listed.ToJsonString(), Assert.Single((await _client.DoAsync("GET", "/v1/runs?source=replay")).AsArray())!.ToJsonString());
        Assert.Empty((await _client.DoAsync("GET", $"/v1/runs/{replay}/replays")).AsArray());
    }

    [Fact]
    public async Task From_a_step_on_what_it_does_not_touch_is_taken_over()
    {
        await DefineAsync();
        var run = await RunAsync();

        var accepted = await _client.DoAsync("POST", $"/v1/runs/{run}/replay", """{"from":"second"}""", HttpStatusCode.Accepted);
        var replay = accepted["runId"]!.GetValue<string>();

        Assert.Equal("second done, Ann", ValueOf(await EndOfAsync(replay)));
        Assert.Equivalent((string[])[$"{run}:first", $"{run}:second", $"{replay}:second"], _receiver.Requests.Keys, strict: true);
        var steps = (await _client.DoAsync("GET", $"/v1/runs/{replay}/steps")).AsArray();
        Assert.Equal([true, false, true, false], steps.Select(step => step!["isTakenOver"]!.GetValue<bool>()));
        Assert.Equal("first done", steps[0]!["result"]!["text"]!.GetValue<string>());
        Assert.Empty(steps[0]!["tries"]!.AsArray());
        Assert.Null(steps[0]!["startedAt"]);
        Assert.NotNull(steps[1]!["readyAt"]);
    }

    [Fact]
    public async Task What_a_run_has_not_done_is_done_by_its_replay_from_wherever()
    {
        var isDown = true;
        await using var receiver = EffectReceiver.Start(request => request.Path == "second" && isDown ? (400, "") : (200, $"{request.Path} done"));
        await DefineAsync(receiver.Url);
        var run = await RunAsync();
        isDown = false;

        var replay = (await _client.DoAsync("POST", $"/v1/runs/{run}/replay", """{"from":"name"}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();

        Assert.Equal("second done, Ann", ValueOf(await EndOfAsync(replay)));
        Assert.DoesNotContain($"{replay}:first", receiver.Requests.Keys);
    }

    [Fact]
    public async Task A_replay_gives_out_what_the_run_was_to_give_out()
    {
        const string App =
            """
            {"name":"Two","steps":[{"id":"a","kind":"text","template":"A"},{"id":"b","kind":"text","template":"B"}],
             "outputs":[{"id":"a","label":"A","type":"text","step":"a"},{"id":"b","label":"B","type":"text","step":"b"}]}
            """;
        await _client.DoAsync("PUT", "/v1/apps/own", App, HttpStatusCode.Created);
        var run = (await _client.DoAsync("POST", "/v1/apps/own/runs", """{"outputs":["B"]}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await EndOfAsync(run);

        var replay = await _client.DoAsync("POST", $"/v1/runs/{run}/replay", status: HttpStatusCode.Accepted);

        Assert.Equal("""[{"id":"b","label":"B","type":"text","value":"B","status":"completed","error":null}]""", (await EndOfAsync(replay["runId"]!.GetValue<string>()))["outputs"]!.ToJsonString());
    }

    [Fact]
    public async Task A_step_that_there_is_not_is_said()
    {
        await DefineAsync();
        var run = await RunAsync();

        (await _client.SendAsync("POST", $"/v1/runs/{run}/replay", """{"from":"third"}""")).AssertInvalid(
            "Invalid request body", ("from", "unknown_step", "\"from\": there is no step \"third\"."));
        (await _client.SendAsync("POST", $"/v1/runs/{run}/replay", """{"from":1}""")).AssertInvalid("Invalid request body", ("from", "invalid_type", "\"from\": must be a string."));
        Assert.Empty((await _client.DoAsync("GET", $"/v1/runs/{run}/replays")).AsArray());
    }

    [Fact]
    public async Task A_run_that_is_under_way_is_replayed_from_its_beginning_only()
    {
        await _client.DoAsync(
            "PUT", "/v1/apps/own", """{"name":"Own","steps":[{"id":"wait","kind":"delay","seconds":60}],"outputs":[{"id":"o","label":"O","type":"text","step":"wait"}]}""", HttpStatusCode.Created);
        var run = (await _client.DoAsync("POST", "/v1/apps/own/runs", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();

        (await _client.SendAsync("POST", $"/v1/runs/{run}/replay", """{"from":"wait"}""")).AssertError(
            HttpStatusCode.Conflict, "CONFLICT", "The run is still under way: wait for its end, or replay it from its beginning");
        var replay = (await _client.DoAsync("POST", $"/v1/runs/{run}/replay", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();

        foreach (var each in (string[])[run, replay])
        {
            await _client.DoAsync("POST", $"/v1/runs/{each}/cancel");
        }
    }

    [Fact]
    public async Task A_repeated_request_names_the_same_replay()
    {
        await DefineAsync();
        var run = await RunAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ReplayAsync("""{"from":"second"}""")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Single(answers, answer => !answer.Headers.Contains("Idempotent-Replayed"));
        Assert.Single((await _client.DoAsync("GET", $"/v1/runs/{run}/replays")).AsArray());
        (await ReplayAsync("{}")).AssertError(HttpStatusCode.Conflict, "IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for another body");

        Task<LaminaAnswer> ReplayAsync(string body) => _client.SendAsync("POST", $"/v1/runs/{run}/replay", body, ("Idempotency-Key", "key"));
    }

    [Fact]
    public async Task The_newest_replays_are_shown_those_left_out_that_are_deleted()
    {
        var runs = new StoredRuns(fixture.Host, _client.Workspace);
        var run = await runs.AddAsync(RunStatus.Failed, DateTimeOffset.UtcNow.AddHours(-1));
        var replays = new List<string>();
        for (var number = 0; number < ReplayLog.MaxShown + 1; number++)
        {
            replays.Add((await _client.DoAsync("POST", $"/v1/runs/{run.Id}/replay", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>());
            await EndOfAsync(replays[^1]);
        }

        await _client.SendAsync("DELETE", $"/v1/runs/{replays[7]}");

        var shown = (await _client.DoAsync("GET", $"/v1/runs/{run.Id}/replays")).AsArray().Select(replay => replay!["runId"]!.GetValue<string>());
        Assert.Equal(replays.Skip(1).Reverse().Where(replay => replay != replays[7]).Order(StringComparer.Ordinal), shown);
    }

    [Fact]
    public async Task What_notes_the_replays_of_a_run_goes_with_it()
    {
        var runs = new StoredRuns(fixture.Host, _client.Workspace);
        var deleted = await runs.AddAsync(RunStatus.Failed, DateTimeOffset.UtcNow.AddHours(-1));
        var old = await runs.AddAsync(RunStatus.Failed, DateTimeOffset.UtcNow.AddDays(-91));
        foreach (var run in (Run[])[deleted, old])
        {
            await EndOfAsync((await _client.DoAsync("POST", $"/v1/runs/{run.Id}/replay", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>());
        }

        Assert.Equal(2, (await runs.KeysAsync()).Count(IsNote));

        await _client.SendAsync("DELETE", $"/v1/runs/{deleted.Id}");
        Assert.Single(await runs.KeysAsync(), IsNote);
        await runs.KeepAsync();
        Assert.DoesNotContain(await runs.KeysAsync(), IsNote);

        static bool IsNote(string key) => key.StartsWith("replay-", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "replay")]
    [InlineData("GET", "replays")]
    public async Task A_run_that_there_is_not_is_not_found(string method, string what) =>
        (await _client.SendAsync(method, $"/v1/runs/{RunId.New(DateTimeOffset.UtcNow)}/{what}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Run not found");

    [Fact]
    public async Task A_replay_costs_one_transaction_more_than_a_run()
    {
        await DefineAsync();
        var run = await RunAsync();
        fixture.Proxy.Fault = request => HttpMethods.IsGet(request.Method) && request.Path.Value!.EndsWith("/runs/messages", StringComparison.Ordinal) ? StorageFault.Unavailable : StorageFault.None;
        await _client.DoAsync("POST", $"/v1/runs/{run}/replay", "{}", HttpStatusCode.Accepted);
        fixture.Proxy.Reset();

        await _client.DoAsync("POST", $"/v1/runs/{run}/replay", "{}", HttpStatusCode.Accepted);

        var transactions = fixture.Proxy.Transactions.Select(transaction => transaction.ToString()).Where(transaction => transaction != "queue GET").Order(StringComparer.Ordinal).ToList();
        fixture.Proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(
            [
                "queue POST", // its sending
                "table GET",  // the run that is replayed
                "table POST", // the limit by client address
                "table POST", // the key
                "table POST", // the new run, with its active row and the note beside the old run
            ],
            transactions);
    }

    // Two requests, a name beside them, and what is made of all.
    private async Task DefineAsync(string? url = null)
    {
        url ??= _receiver.Url;
        await _client.DoAsync(
            "PUT",
            "/v1/apps/own",
            $$$$"""
            {"name":"Own","parameters":[{"id":"who","name":"Who","type":"text"}],
             "steps":[{"id":"first","kind":"http","method":"POST","url":"{{{{url}}}}first"},
                      {"id":"second","kind":"http","method":"POST","url":"{{{{url}}}}second","after":["first"]},
                      {"id":"name","kind":"text","template":"{{inputs.Who}}"},
                      {"id":"all","kind":"text","template":"{{steps.second}}, {{steps.name}}"}],
             "outputs":[{"id":"o","label":"Out","type":"text","step":"all"}]}
            """,
            HttpStatusCode.Created);
    }

    private async Task<string> RunAsync(string query = "")
    {
        var run = (await _client.DoAsync("POST", $"/v1/apps/own/runs{query}", """{"inputs":{"Who":"Ann"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await EndOfAsync(run);
        return run;
    }

    private Task<JsonNode> EndOfAsync(string run) => _client.DoAsync("GET", $"/v1/runs/{run}/wait");

    private static string? ValueOf(JsonNode run) => run["outputs"]![0]!["value"]?.GetValue<string>();
}

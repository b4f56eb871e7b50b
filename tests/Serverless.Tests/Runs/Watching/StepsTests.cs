using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs.Watching;

/// <summary><c>GET /v1/runs/{runId}/steps</c>, and steps in streams.</summary>
public sealed class StepsTests(RunFixture fixture) : IClassFixture<RunFixture>
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Each_step_is_shown_with_its_tries_and_what_it_was_given_and_gave()
    {
        await using var receiver = EffectReceiver.Start(request => request.Attempt == 1 ? (503, "") : (200, "called"));
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var run = await RunAsync(
            client,
            $$$$"""
            [{"id":"greet","kind":"text","template":"Hello {{inputs.Who}}"},
             {"id":"call","kind":"http","method":"POST","url":"{{{{receiver.Url}}}}call?key=secret","headers":{"X-Key":"secret"},"body":"{{steps.greet}}","retries":1},
             {"id":"refused","kind":"http","method":"GET","url":"{{inputs.Who}}","retries":0},
             {"id":"never","kind":"text","template":"{{steps.refused}}","after":["call"]}]
            """);

        var answer = await client.GetAsync($"/v1/runs/{run}/steps");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        var steps = JsonNode.Parse(answer.Body)!["data"]!.AsArray().Select(step => step!).ToArray();
        var (greet, call, refused, never) = (steps[0], steps[1], steps[2], steps[3]);
        Assert.Equal(
            ["id", "kind", "status", "dependsOn", "readyAt", "startedAt", "completedAt", "dueAt", "isTakenOver", "tries", "input", "result", "error"],
            greet.AsObject().Select(property => property.Key));
        Assert.Equal("""["greet","text","completed",[],null,false,{"text":"{\"text\":\"Hello Ann\"}","bytes":20,"isCut":false},{"text":"Hello Ann","bytes":9,"isCut":false},null]""", Told(greet));
        Assert.Equal(
            $$$"""["call","http","completed",["greet"],null,false,{"text":"{\"method\":\"POST\",\"url\":\"{{{receiver.Url}}}call?key=***\",\"headers\":{\"X-Key\":\"***\"},\"body\":\"Hello Ann\"}","bytes":{{{83 + receiver.Url.Length}}},"isCut":false},{"text":"called","bytes":6,"isCut":false},null]""",
            Told(call));
        Assert.Equal(["failed: the server answered 503", "completed: "], TriesOf(call));
        Assert.Equal(["1", "2"], call["tries"]!.AsArray().Select(each => $"{each!["number"]}"));
        Assert.Equal(["failed", "skipped"], new[] { refused, never }.Select(step => step["status"]!.GetValue<string>()));
        Assert.Equal(["refused", "call"], never["dependsOn"]!.AsArray().Select(need => need!.GetValue<string>()));
        Assert.Null(never["input"]);
        Assert.All((string[])["readyAt", "startedAt", "completedAt"], time => Assert.Null(never[time]));

        // What waits for another is ready when that is done.
        string?[] times = [Time(greet, "readyAt"), Time(greet, "startedAt"), Time(greet, "completedAt"), Time(call, "readyAt"), Time(call, "startedAt"), Time(call["tries"]![0]!, "completedAt"), Time(call["tries"]![1]!, "startedAt"), Time(call, "completedAt")];
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
        Assert.Equal(Time(greet, "completedAt"), Time(call, "readyAt"));
        Assert.Equal(Time(call["tries"]![0]!, "startedAt"), Time(call, "startedAt"));
    }

    [Fact]
    public async Task What_is_long_is_cut_between_characters_and_its_size_is_told()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var run = await RunAsync(client, """[{"id":"long","kind":"text","template":"x{{inputs.Who}}"}]""", who: string.Concat(Enumerable.Repeat("🚀", 2000)));

        var step = (await client.DoAsync("GET", $"/v1/runs/{run}/steps"))[0]!;

        Assert.Equal(("x" + string.Concat(Enumerable.Repeat("🚀", 1023)), 8001, true), Cut(step["result"]!));

        // JSON writes an emoji as two escapes.
        Assert.Equal((1 + (12 * 2000) + """{"text":""}""".Length, true), Cut(step["input"]!) is var (_, bytes, isCut) ? (bytes, isCut) : default);

        static (string, int, bool) Cut(JsonNode text) => (text["text"]!.GetValue<string>(), text["bytes"]!.GetValue<int>(), text["isCut"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Steps_of_a_run_of_the_version_before_have_no_times()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);
        var id = RunId.New(DateTimeOffset.UtcNow);
        var document = RunDocumentTests.Compress(EarlierRuns.Failed);
        await new TableClient(fixture.Host.Account.Direct.ConnectionString, TableNames.Runs).AddEntityAsync(
            new TableEntity(client.Workspace, $"run-{id}") { ["Status"] = "failed", ["AppId"] = "own", ["Source"] = "api_app", ["Data0"] = document });

        var answer = await client.GetAsync($"/v1/runs/{id}/steps");

        answer.AssertIs(
            HttpStatusCode.OK,
            """
            {"data":[{"id":"greet","kind":"text","status":"completed","dependsOn":[],"readyAt":"2026-11-21T12:00:00.120Z","startedAt":null,"completedAt":null,"dueAt":null,"isTakenOver":false,"tries":[],"input":{"text":"{\"text\":\"Hello Ann\"}","bytes":20,"isCut":false},"result":{"text":"Hello Ann","bytes":9,"isCut":false},"error":null},
            {"id":"call","kind":"http","status":"failed","dependsOn":["greet"],"readyAt":null,"startedAt":null,"completedAt":null,"dueAt":null,"isTakenOver":false,"tries":[],"input":{"text":"{\"method\":\"POST\",\"url\":\"https://example.com/Hello%20Ann\",\"headers\":{\"Authorization\":\"***\"}}","bytes":91,"isCut":false},"result":null,"error":"Step \"call\" failed: the server answered 404"},
            {"id":"after","kind":"text","status":"skipped","dependsOn":["call"],"readyAt":null,"startedAt":null,"completedAt":null,"dueAt":null,"isTakenOver":false,"tries":[],"input":null,"result":null,"error":"Step \"call\" failed: the server answered 404"}]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Looking_at_the_steps_of_a_run_costs_as_much_as_looking_at_the_run()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var run = await RunAsync(client, """[{"id":"a","kind":"text","template":"A"}]""");
        await client.GetAsync($"/v1/runs/{run}/steps");
        fixture.Proxy.Reset();

        await client.GetAsync($"/v1/runs/{run}/steps");

        Assert.Equal(
            ["table GET", "table POST", "table POST"],
            fixture.Proxy.Transactions.Where(transaction => transaction.Service == "table").Select(transaction => transaction.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_stream_tells_of_each_step_as_it_is_shown_and_goes_on_where_it_was_cut()
    {
        var release = new TaskCompletionSource<(int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = EffectReceiver.StartWaiting(_ => release.Task);
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        await DefineAsync(client, $$$"""[{"id":"call","kind":"http","url":"{{{receiver.Url}}}"},{"id":"after","kind":"text","template":"{{steps.call}}"}]""");
        var run = (await client.DoAsync("POST", "/v1/apps/own/runs", """{"inputs":{"Who":"Ann"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await receiver.WaitForAsync(1);
        var streaming = client.GetAsync($"/v1/runs/{run}/stream");
        await Eventually.TrueAsync(async () => (await client.DoAsync("GET", $"/v1/runs/{run}/steps"))[0]!["status"]!.GetValue<string>() == "running");

        release.SetResult((200, "called"));

        var told = StreamEvents.Of((await streaming).Body);
        var steps = await client.DoAsync("GET", $"/v1/runs/{run}/steps");
        Assert.Equal("complete", told[^1].Name);
        Assert.Equal(steps[1]!.ToJsonString(), JsonNode.Parse(told.Last(each => each.Name == "step" && IdOf(each.Data) == "after").Data)!.ToJsonString());
        Assert.Equal(steps[0]!.ToJsonString(), JsonNode.Parse(told.Last(each => each.Name == "step" && IdOf(each.Data) == "call").Data)!.ToJsonString());
        Assert.Equal("completed.c1.c1", told[^1].Id);
        Assert.Equal(HttpStatusCode.NoContent, (await client.GetAsync($"/v1/runs/{run}/stream", ("Last-Event-ID", "completed.c1.c1"))).Status);
        Assert.Equal(
            ["steps.c1.c1", "completed.c1.c1"],
            StreamEvents.Of((await client.GetAsync($"/v1/runs/{run}/stream", ("Last-Event-ID", "running.c1.p0"))).Body).Select(each => each.Id));

        static string IdOf(string data) => JsonNode.Parse(data)!["id"]!.GetValue<string>();
    }

    private static async Task<string> RunAsync(LaminaClient client, string steps, string who = "Ann")
    {
        await DefineAsync(client, steps);
        var inputs = new JsonObject { ["inputs"] = new JsonObject { ["Who"] = who } };
        var run = (await client.DoAsync("POST", "/v1/apps/own/runs", inputs.ToJsonString(), HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await client.DoAsync("GET", $"/v1/runs/{run}/wait");
        return run;
    }

    private static Task<JsonNode> DefineAsync(LaminaClient client, string steps)
    {
        var output = JsonNode.Parse(steps)!.AsArray()[^1]!["id"]!.GetValue<string>();
        var outputs = $$"""[{"id":"o","label":"Out","type":"text","step":"{{output}}"}]""";
        return client.DoAsync(
            "PUT", "/v1/apps/own", $$"""{"name":"Own","parameters":[{"id":"who","name":"Who","type":"text"}],"steps":{{steps}},"outputs":{{outputs}}}""", HttpStatusCode.Created);
    }

    private static string Told(JsonNode step) =>
        $"[{string.Join(',', ((string[])["id", "kind", "status", "dependsOn", "dueAt", "isTakenOver", "input", "result", "error"]).Select(name => Spell(step[name])))}]";

    private static string Spell(JsonNode? json) => json?.ToJsonString(Compact) ?? "null";

    private static IEnumerable<string> TriesOf(JsonNode step) => step["tries"]!.AsArray().Select(each => $"{each!["status"]}: {each["error"]}");

    private static string? Time(JsonNode json, string name) => json[name]?.GetValue<string>();
}

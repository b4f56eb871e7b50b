using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs;

/// <summary><c>GET /v1/runs/{runId}</c> of a run that failed on an answer from this machine.</summary>
public sealed partial class FailedRunTests(RunFixture fixture) : IClassFixture<RunFixture>, IAsyncLifetime
{
    private LaminaClient _client = null!;

    public async Task InitializeAsync() => _client = await LaminaClient.CreateAsync(fixture.Host, "admin");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_failed_run_is_shown_with_the_reason()
    {
        await using var receiver = EffectReceiver.Start(_ => (410, ""));
        await DefineAsync(
            $$"""[{"id":"good","kind":"text","template":"Good"},{"id":"call","kind":"http","url":"{{receiver.Url}}"},{"id":"needs","kind":"text","template":"{{"{{steps.call}}"}}"}]""",
            """[{"id":"g","label":"G","type":"text","step":"good"},{"id":"c","label":"C","type":"text","step":"call"},{"id":"n","label":"N","type":"text","step":"needs"}]""");
        var run = await StartAsync();

        var answer = await EndOfAsync(run);

        const string Error = """Step \"call\" failed: the server answered 410""";
        answer.AssertIs(HttpStatusCode.OK, WithTimes(
            answer,
            $$$$"""{"data":{"runId":"{{{{run}}}}","workflowId":"own","status":"failed","outputs":[{"id":"g","label":"G","type":"text","value":"Good","status":"completed","error":null},{"id":"c","label":"C","type":"pending","value":null,"status":"error","error":"{{{{Error}}}}"},{"id":"n","label":"N","type":"pending","value":null,"status":"error","error":"{{{{Error}}}}"}],"errorMessage":"{{{{Error}}}}","startedAt":"T","completedAt":"T","createdAt":"T","progress":{"totalOutputs":3,"completedOutputs":1,"failedOutputs":2,"percentComplete":33}}}"""));
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

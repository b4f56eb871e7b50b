using System.Net;
using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs;

/// <summary><c>GET /v1/runs/{runId}</c> of a run that failed on an answer from this machine.</summary>
public sealed partial class FailedRunTests(RunFixture fixture) : IClassFixture<RunFixture>
{
    [Fact]
    public async Task A_failed_run_is_shown_with_the_reason()
    {
        await using var receiver = EffectReceiver.Start(_ => (410, ""));
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var definition =
            $$"""
            {"name":"Own","steps":[{"id":"good","kind":"text","template":"Good"},{"id":"call","kind":"http","url":"{{receiver.Url}}"},{"id":"needs","kind":"text","template":"{{"{{steps.call}}"}}"}],
            "outputs":[{"id":"g","label":"G","type":"text","step":"good"},{"id":"c","label":"C","type":"text","step":"call"},{"id":"n","label":"N","type":"text","step":"needs"}]}
            """;
        await client.DoAsync("PUT", "/v1/apps/own", definition, HttpStatusCode.Created);
        var run = (await client.DoAsync("POST", "/v1/apps/own/runs", "{}", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await client.GetAsync($"/v1/runs/{run}/wait?timeout=60");

        var answer = await client.GetAsync($"/v1/runs/{run}");

        const string Error = """Step \"call\" failed: the server answered 410""";
        Assert.Equal(
            $$$$"""{"data":{"runId":"{{{{run}}}}","workflowId":"own","status":"failed","outputs":[{"id":"g","label":"G","type":"text","value":"Good","status":"completed","error":null},{"id":"c","label":"C","type":"pending","value":null,"status":"error","error":"{{{{Error}}}}"},{"id":"n","label":"N","type":"pending","value":null,"status":"error","error":"{{{{Error}}}}"}],"errorMessage":"{{{{Error}}}}","startedAt":"T","completedAt":"T","createdAt":"T","progress":{"totalOutputs":3,"completedOutputs":1,"failedOutputs":2,"percentComplete":33}}}""",
            Time().Replace(answer.Body, "T"));
    }

    [GeneratedRegex("""(?<=At":")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Time();
}

using System.Net;
using System.Text.Json.Nodes;
using Serverless.Runs.Engine;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs;

/// <summary><c>POST /v1/apps/{appId}/runs</c>.</summary>
[Trait("Category", "Contract")]
public sealed class StartRunTests(ContractFixture fixture) : IClassFixture<ContractFixture>, IAsyncLifetime
{
    private const string Hello = """{"inputs":{"Text":"Hello"}}""";

    private LaminaClient _client = null!;

    public async Task InitializeAsync() => _client = await LaminaClient.CreateAsync(fixture.Host, "admin");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_run_is_accepted_with_all_its_outputs_pending()
    {
        var answer = await _client.SendAsync("POST", "/v1/apps/pipeline/runs", """{"inputs":{"Topic":"cats"}}""");

        var id = JsonNode.Parse(answer.Body)!["data"]!["runId"]!.GetValue<string>();
        Assert.NotNull(RunId.Parse(id));
        answer.AssertIs(
            HttpStatusCode.Accepted,
            $$$"""{"data":{"runId":"{{{id}}}","workflowId":"pipeline","workflowName":"Pipeline","status":"queued","webhookUrl":null,"outputs":[{{{Pending("summary", "Summary")}}},{{{Pending("details", "Details")}}},{{{Pending("report", "Report")}}}]}}""");
    }

    [Fact]
    public async Task Without_a_webhook_its_URL_is_null()
    {
        var run = await _client.DoAsync("POST", "/v1/apps/echo/runs", Hello, HttpStatusCode.Accepted);

        Assert.Equal(["runId", "workflowId", "workflowName", "status", "webhookUrl", "outputs"], run.AsObject().Select(property => property.Key));
        Assert.Null(run["webhookUrl"]);
    }

    [Fact]
    public async Task An_app_that_there_is_not_is_not_found() =>
        (await _client.SendAsync("POST", "/v1/apps/none/runs", Hello)).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "App not found");

    [Fact]
    public async Task An_app_of_another_workspace_is_not_found()
    {
        const string App = """{"name":"Own","steps":[{"id":"a","kind":"text","template":"A"}],"outputs":[{"id":"o","label":"O","type":"text","step":"a"}]}""";
        await _client.DoAsync("PUT", "/v1/apps/own", App, HttpStatusCode.Created);
        var other = await LaminaClient.CreateAsync(fixture.Host);

        Assert.Equal(HttpStatusCode.Accepted, (await _client.SendAsync("POST", "/v1/apps/own/runs", "{}")).Status);
        (await other.SendAsync("POST", "/v1/apps/own/runs", "{}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "App not found");
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_inputs_is_said_at_once() =>
        (await _client.SendAsync("POST", "/v1/apps/pipeline/runs", """{"inputs":{"Topic":1,"Style":"Loud","Colour":"red"}}""")).AssertInvalid(
            "Invalid inputs",
            ("Topic", "invalid_type", "\"Topic\": must be a string."),
            ("Style", "invalid_option", "\"Style\": invalid option \"Loud\". Must be one of: Plain, Festive"),
            ("Colour", "unknown_parameter", "\"Colour\": there is no such parameter."));

    [Fact]
    public async Task A_request_that_is_refused_makes_no_run()
    {
        await _client.SendAsync("POST", "/v1/apps/echo/runs", "{}");
        await _client.SendAsync("POST", "/v1/apps/echo/runs", "no JSON");
        await _client.SendAsync("POST", "/v1/apps/echo/runs?webhook=nowhere", Hello);

        Assert.Equal(0, (await CountAsync()));
    }

    [Theory]
    [InlineData("nowhere", "must be an absolute http or https URL")]
    [InlineData("ftp://example.com/", "must be an absolute http or https URL")]
    [InlineData("http://user:secret@example.com/", "must not contain credentials")]
    [InlineData("http://169.254.169.254/", "must lead to a public address")]
    [InlineData("http://10.0.0.1/", "must lead to a public address")]
    public async Task A_webhook_that_may_not_be_called_is_refused(string url, string problem) =>
        (await _client.SendAsync("POST", $"/v1/apps/echo/runs?webhook={Uri.EscapeDataString(url)}", Hello))
            .AssertError(HttpStatusCode.BadRequest, "WEBHOOK_INVALID_URL", $"The webhook URL {problem}");

    [Fact]
    public async Task A_repeated_request_names_the_same_run_and_starts_nothing()
    {
        var first = await PostAsync(Hello, "key");
        var second = await PostAsync(Hello, "key");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.Status, second.Status));
        Assert.Equal(first.Body, second.Body);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", Assert.Single(second.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_key_cannot_be_used_for_another_request()
    {
        await PostAsync(Hello, "key");

        (await PostAsync("""{"inputs":{"Text":"Bye"}}""", "key"))
            .AssertError(HttpStatusCode.Conflict, "IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for another body");
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Requests_under_one_key_that_come_at_once_start_one_run()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync(Hello, "key")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Single(answers, answer => !answer.Headers.Contains("Idempotent-Replayed"));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_body_of_more_than_a_megabyte_is_too_large() =>
        (await _client.SendAsync("POST", "/v1/apps/echo/runs", "{\"inputs\":{\"Text\":\"" + new string('x', 1024 * 1024) + "\"}}"))
            .AssertError(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE", "The body is larger than 1048576 bytes");

    [Fact]
    public async Task Without_a_key_nothing_is_started() =>
        (await new LaminaClient(fixture.Host.Client, null).SendAsync("POST", "/v1/apps/echo/runs", Hello))
            .AssertError(HttpStatusCode.Unauthorized, "AUTH_MISSING_KEY", "Missing API key");

    private static string Pending(string id, string label) =>
        $$"""{"id":"{{id}}","label":"{{label}}","type":"pending","value":null,"status":"pending","error":null}""";

    private Task<LaminaAnswer> PostAsync(string body, string key) => _client.SendAsync("POST", "/v1/apps/echo/runs", body, ("Idempotency-Key", key));

    private async Task<int> CountAsync() => JsonNode.Parse((await _client.GetAsync("/v1/runs")).Body)!["pagination"]!["total"]!.GetValue<int>();
}

using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Alerts;

/// <summary>Alerts: defined, shown, changed, listed and removed.</summary>
[Trait("Category", "Contract")]
public sealed class AlertTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Definition = """{"name":"Errors","query":"level:error environment:production","window":"15m","threshold":20}""";

    public static TheoryData<string, string, string, string> Problems { get; } = new()
    {
        { """{"query":"a","window":"5m","threshold":1}""", "name", "missing_no_default", "\"name\" is required: no default is configured for this parameter." },
        { """{"name":"","query":"a","window":"5m","threshold":1}""", "name", "too_short", "\"name\": must not be empty." },
        { $$"""{"name":"{{new string('n', 201)}}","query":"a","window":"5m","threshold":1}""", "name", "too_long", "\"name\": must be at most 200 characters." },
        { """{"name":7,"query":"a","window":"5m","threshold":1}""", "name", "invalid_type", "\"name\": must be a string." },
        { """{"name":"n","window":"5m","threshold":1}""", "query", "missing_no_default", "\"query\": has to be given, or else \"projectId\", and not both." },
        { """{"name":"n","query":"","window":"5m","threshold":1}""", "query", "too_short", "\"query\": must not be empty." },
        { """{"name":"n","query":"(a","window":"5m","threshold":1}""", "query", "invalid_format", "\"query\": makes no sense at character 1: there is no \")\" for this \"(\"." },
        { """{"name":"n","query":"a","metric":"cost_usd","window":"5m","threshold":1}""", "metric", "not_allowed", "\"metric\": goes with \"projectId\"." },
        { """{"name":"n","query":"a","threshold":1}""", "window", "missing_no_default", "\"window\" is required: no default is configured for this parameter." },
        { """{"name":"n","query":"a","window":"10m","threshold":1}""", "window", "invalid_option", "\"window\": invalid option \"10m\". Must be one of: 5m, 15m, 30m, 1h" },
        { """{"name":"n","query":"a","window":"5m"}""", "threshold", "missing_no_default", "\"threshold\" is required: no default is configured for this parameter." },
        { """{"name":"n","query":"a","window":"5m","threshold":-1}""", "threshold", "invalid_option", "\"threshold\": must be a number from 0 to 1000000000000." },
        { """{"name":"n","query":"a","window":"5m","threshold":"1"}""", "threshold", "invalid_type", "\"threshold\": must be a number." },
        { """{"name":"n","query":"a","window":"5m","threshold":1,"direction":"up"}""", "direction", "invalid_option", "\"direction\": invalid option \"up\". Must be one of: above, below" },
        { """{"name":"n","query":"a","window":"5m","threshold":1,"active":1}""", "active", "invalid_type", "\"active\": must be true or false." },
        { """{"name":"n","projectId":"prj_0123456789ab01234567","metric":"cost_usd","window":"5m","threshold":1}""", "projectId", "invalid_option", "\"projectId\": there is no such project." },
        { """{"name":"n","projectId":"{project}","window":"5m","threshold":1}""", "metric", "missing_no_default", "\"metric\" is required: no default is configured for this parameter." },
        { """{"name":"n","projectId":"{project}","metric":"cost","window":"5m","threshold":1}""", "metric", "invalid_option", "\"metric\": invalid option \"cost\". Must be one of: error_rate, cost_usd, latency_ms, token_count, request_count" },
        { """{"name":"n","projectId":"{project}","metric":"error_rate","window":"5m","threshold":1.5}""", "threshold", "invalid_option", "\"threshold\": must be a number from 0 to 1." },
        { """{"name":"n","projectId":"{project}","query":"a","metric":"error_rate","window":"5m","threshold":1}""", "query", "not_allowed", "\"query\": has to be given, or else \"projectId\", and not both." },
    };

    [Fact]
    public async Task An_alert_is_made_shown_changed_listed_and_removed()
    {
        var client = await CreateClientAsync();

        var made = await client.DoAsync("PUT", "/v1/alerts/errors", Definition, HttpStatusCode.Created);
        var (since, judgedTo) = (made["since"]!.GetValue<string>(), made["judgedTo"]!.GetValue<string>());
        Assert.Equal(
            $$$"""{"data":{"alertId":"errors","name":"Errors","query":"level:error environment:production","projectId":null,"metric":null,"window":"15m","threshold":20,"direction":"above","active":true,"state":"ok","since":"{{{since}}}","value":null,"judgedTo":"{{{judgedTo}}}","lastError":null}}""",
            (await client.GetAsync("/v1/alerts/errors")).Body);
        Assert.InRange(DateTimeOffset.Parse(since, null) - DateTimeOffset.Parse(judgedTo, null), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(7));

        var changed = await client.DoAsync("PUT", "/v1/alerts/errors", Definition.Insert(1, "\"direction\":\"below\",\"active\":false,"));
        Assert.Equal(("below", false, since), (changed["direction"]!.GetValue<string>(), changed["active"]!.GetValue<bool>(), changed["since"]!.GetValue<string>()));
        await client.DoAsync("PUT", "/v1/alerts/another", Definition, HttpStatusCode.Created);
        var listed = JsonNode.Parse((await client.GetAsync("/v1/alerts?limit=1")).Body)!;
        Assert.Equal("another", Assert.Single(listed["data"]!.AsArray())!["alertId"]!.GetValue<string>());
        var next = await client.DoAsync("GET", $"/v1/alerts?cursor={listed["pagination"]!["nextCursor"]!.GetValue<string>()}");
        Assert.Equal("errors", Assert.Single(next.AsArray())!["alertId"]!.GetValue<string>());
        Assert.Equal("""{"data":[],"pagination":{"limit":50,"nextCursor":null}}""", (await client.GetAsync("/v1/alerts/errors/history")).Body);

        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync("DELETE", "/v1/alerts/errors")).Status);
        foreach (var (method, path) in (IEnumerable<(string, string)>)[("GET", "errors"), ("DELETE", "errors"), ("GET", "errors/history"), ("GET", "No%20id")])
        {
            (await client.SendAsync(method, $"/v1/alerts/{path}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Alert not found");
        }
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task What_is_wrong_with_a_definition_is_said(string body, string param, string code, string message)
    {
        var client = await CreateClientAsync();
        var project = body.Contains("{project}", StringComparison.Ordinal) ? await fixture.Host.CreateProjectAsync(client.Workspace) : "";

        var answer = await client.SendAsync("PUT", "/v1/alerts/wrong", body.Replace("{project}", project, StringComparison.Ordinal));

        answer.AssertInvalid("Invalid alert", (param, code, message));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once()
    {
        var client = await CreateClientAsync();

        var answer = await client.SendAsync("PUT", "/v1/alerts/Not%20an%20id", """{"metric":"x","window":5,"threshold":null,"direction":"x"}""");

        Assert.Equal(
            ["alertId", "name", "query", "metric", "window", "threshold", "direction"],
            JsonNode.Parse(answer.Body)!["details"]!.AsArray().Select(detail => detail!["param"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_project_of_others_is_none()
    {
        var (client, other) = (await CreateClientAsync(), await CreateClientAsync());
        var project = await fixture.Host.CreateProjectAsync(other.Workspace);

        var answer = await client.SendAsync("PUT", "/v1/alerts/cost", $$"""{"name":"n","projectId":"{{project}}","metric":"cost_usd","window":"5m","threshold":1}""");

        answer.AssertInvalid("Invalid alert", ("projectId", "invalid_option", "\"projectId\": there is no such project."));
    }

    [Fact]
    public async Task A_workspace_has_a_hundred_alerts_at_most_however_many_ask_at_once()
    {
        var client = await CreateClientAsync();
        for (var number = 0; number < 97; number++)
        {
            await client.DoAsync("PUT", $"/v1/alerts/alert-{number}", Definition, HttpStatusCode.Created);
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => client.SendAsync("PUT", $"/v1/alerts/late-{number}", Definition)));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        foreach (var answer in answers.Where(answer => answer.Status != HttpStatusCode.Created))
        {
            answer.AssertError(HttpStatusCode.Conflict, "CONFLICT", "There are 100 alerts already: delete one first");
        }

        // Those that are there can be changed, and one that goes makes room.
        await client.DoAsync("PUT", "/v1/alerts/alert-0", Definition);
        await client.SendAsync("DELETE", "/v1/alerts/alert-0");
        await client.DoAsync("PUT", "/v1/alerts/another", Definition, HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_cursor_of_nobody_is_refused()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/alerts/errors", Definition, HttpStatusCode.Created);

        foreach (var path in (string[])["/v1/alerts?cursor=YQ!", "/v1/alerts/errors/history?cursor=ZXJyb3Jz"])
        {
            (await client.GetAsync(path)).AssertInvalid("Invalid query parameters", ("cursor", "invalid_option", "\"cursor\": must be the nextCursor of an earlier answer."));
        }
    }

    private async Task<LaminaClient> CreateClientAsync() => await LaminaClient.CreateAsync(fixture.Host, "admin");
}

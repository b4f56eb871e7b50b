using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>Triggers: defined, fired by their secret, and fired by their schedule.</summary>
[Trait("Category", "Contract")]
public sealed class TriggerTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Definition = """{"appId":"echo","inputs":{"Text":"Hello"}}""";

    [Fact]
    public async Task A_trigger_is_made_shown_changed_and_removed()
    {
        var client = await CreateClientAsync();

        var made = await client.DoAsync("PUT", "/v1/triggers/greet", Definition, HttpStatusCode.Created);
        var secret = made["secret"]!.GetValue<string>();
        Assert.Equal(48, secret.Length);
        Assert.Equal(
            $$$"""{"data":{"triggerId":"greet","appId":"echo","firePath":"/v1/triggers/{{{client.Workspace}}}-greet/fire","inputs":{"Text":"Hello"},"inputsFromBody":null,"verify":{"type":"secret","preset":null,"header":null,"prefix":null,"encoding":null,"algorithm":null},"deliveryIdHeader":null,"schedule":null,"timeZone":null,"webhookUrl":null,"active":true,"nextRunAt":null,"lastRun":null,"lastRunId":null,"lastError":null}}""",
            (await client.GetAsync("/v1/triggers/greet")).Body);

        // A change keeps the secret, unless another is asked for.
        Assert.Null((await client.DoAsync("PUT", "/v1/triggers/greet", """{"appId":"echo","inputs":{"Text":"Hi"}}"""))["secret"]);
        Assert.Equal(HttpStatusCode.Accepted, (await FireAsync(client, "greet", secret)).Status);
        var renewed = (await client.DoAsync("PUT", "/v1/triggers/greet", """{"appId":"echo","inputs":{"Text":"Hi"},"rotateSecret":true}"""))["secret"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.Unauthorized, (await FireAsync(client, "greet", secret)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await FireAsync(client, "greet", renewed)).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync("DELETE", "/v1/triggers/greet")).Status);
        Assert.Equal((HttpStatusCode.NotFound, NotFound), Of(await client.GetAsync("/v1/triggers/greet")));
        Assert.Equal((HttpStatusCode.NotFound, NotFound), Of(await client.SendAsync("DELETE", "/v1/triggers/greet")));
    }

    [Fact]
    public async Task Whoever_knows_the_secret_starts_a_run_without_a_key()
    {
        var client = await CreateClientAsync();
        var secret = (await client.DoAsync("PUT", "/v1/triggers/greet", Definition, HttpStatusCode.Created))["secret"]!.GetValue<string>();
        var stranger = new LaminaClient(fixture.Host.Client, key: null);

        var answer = await stranger.SendAsync("POST", $"/v1/triggers/{client.Workspace}-greet/fire", """{"inputs":{"Text":"from outside"}}""", ("x-trigger-secret", secret));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var runId = JsonNode.Parse(answer.Body)!["data"]!["runId"]!.GetValue<string>();
        var ended = JsonNode.Parse((await client.GetAsync($"/v1/runs/{runId}/wait")).Body)!["data"]!;
        Assert.Equal("from outside", ended["outputs"]![0]!["value"]!.GetValue<string>());
        Assert.Equal("trigger", (await client.DoAsync("GET", "/v1/runs"))[0]!["source"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task A_wrong_secret_starts_nothing(string secret)
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/greet", Definition, HttpStatusCode.Created);

        var answer = await FireAsync(client, "greet", secret);

        Assert.Equal(
            (HttpStatusCode.Unauthorized, """{"error":"Invalid webhook secret","code":"WEBHOOK_INVALID_SECRET","retryable":false,"requestId":"test-1"}"""), Of(answer));
        Assert.Empty((await client.DoAsync("GET", "/v1/runs")).AsArray());
    }

    [Fact]
    public async Task An_inactive_trigger_does_not_fire()
    {
        var client = await CreateClientAsync();
        var secret = (await client.DoAsync("PUT", "/v1/triggers/greet", Definition.Insert(1, "\"active\":false,"), HttpStatusCode.Created))["secret"]!.GetValue<string>();

        Assert.Equal(
            (HttpStatusCode.Forbidden, """{"error":"The trigger is inactive","code":"FORBIDDEN","retryable":false,"requestId":"test-1"}"""),
            Of(await FireAsync(client, "greet", secret)));
    }

    [Fact]
    public async Task A_suspended_workspace_does_not_fire()
    {
        var client = await CreateClientAsync();
        var secret = (await client.DoAsync("PUT", "/v1/triggers/greet", Definition, HttpStatusCode.Created))["secret"]!.GetValue<string>();
        await fixture.Operator.DoAsync("PATCH", $"organizations/{client.Workspace}", """{"status":"suspended"}""");

        Assert.Equal(HttpStatusCode.Forbidden, (await FireAsync(client, $"{client.Workspace}-greet", secret)).Status);
    }

    [Fact]
    public async Task An_unknown_trigger_is_not_found_and_a_nameless_workspace_needs_a_key()
    {
        var client = await CreateClientAsync();
        var stranger = new LaminaClient(fixture.Host.Client, key: null);

        Assert.Equal((HttpStatusCode.NotFound, NotFound), Of(await FireAsync(client, "nothing", "secret")));
        Assert.Equal("AUTH_MISSING_KEY", JsonNode.Parse((await stranger.SendAsync("POST", "/v1/triggers/greet/fire", "{}")).Body)!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Inputs_that_do_not_fit_are_all_named()
    {
        var client = await CreateClientAsync();
        var secret = (await client.DoAsync("PUT", "/v1/triggers/greet", """{"appId":"echo"}""", HttpStatusCode.Created))["secret"]!.GetValue<string>();

        var answer = await FireAsync(client, "greet", secret, """{"inputs":{"Unknown":"x"}}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(["missing_no_default", "unknown_parameter"], JsonNode.Parse(answer.Body)!["details"]!.AsArray().Select(detail => detail!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_bad_definition_names_every_problem()
    {
        var client = await CreateClientAsync();

        var answer = await client.SendAsync("PUT", "/v1/triggers/Not%20an%20id", """{"appId":"nothing","inputs":[],"schedule":"often","active":"yes"}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(
            ["triggerId", "schedule", "active", "appId", "inputs"],
            JsonNode.Parse(answer.Body)!["details"]!.AsArray().Select(detail => detail!["param"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_time_zone_that_is_not_known_is_refused()
    {
        var client = await CreateClientAsync();

        var answer = await client.SendAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\",\"timeZone\":\"Europe/Atlantis\","));

        answer.AssertInvalid("Invalid trigger", ("timeZone", "invalid_option", "\"timeZone\": must be the name of a time zone in the IANA database, such as Europe/Berlin."));
    }

    [Fact]
    public async Task A_schedule_goes_by_its_time_zone()
    {
        var client = await CreateClientAsync();
        var definition = Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\",\"timeZone\":\"Asia/Kathmandu\",");

        var made = await client.DoAsync("PUT", "/v1/triggers/daily", definition, HttpStatusCode.Created);
        var changed = await client.DoAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\","));

        Assert.Equal("Asia/Kathmandu", made["timeZone"]!.GetValue<string>());
        Assert.Equal(new TimeOnly(21, 15), TimeOnly.FromDateTime(made["nextRunAt"]!.GetValue<DateTime>()));
        Assert.Null(changed["timeZone"]);
        Assert.Equal(new TimeOnly(3, 0), TimeOnly.FromDateTime(changed["nextRunAt"]!.GetValue<DateTime>()));
    }

    [Fact]
    public async Task Triggers_are_listed_page_by_page_by_their_ids()
    {
        var client = await CreateClientAsync();
        Assert.Equal("""{"data":[],"pagination":{"limit":50,"nextCursor":null}}""", (await client.GetAsync("/v1/triggers")).Body);
        var secret = "";
        foreach (var id in (string[])["c", "a", "b-1", "b"])
        {
            secret = (await client.DoAsync("PUT", $"/v1/triggers/{id}", Definition, HttpStatusCode.Created))["secret"]!.GetValue<string>();
        }

        var run = JsonNode.Parse((await FireAsync(client, "b", secret)).Body)!["data"]!["runId"]!.GetValue<string>();
        var pages = new List<string[]>();
        var cursor = "";
        do
        {
            var page = JsonNode.Parse((await client.GetAsync($"/v1/triggers?limit=2{cursor}")).Body)!;
            pages.Add([.. page["data"]!.AsArray().Select(trigger => $"{trigger!["triggerId"]} {trigger["lastRun"]?["runId"]} {trigger["secret"]}")]);
            cursor = page["pagination"]!["nextCursor"]?.GetValue<string>() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal([["a  ", $"b {run} "], ["b-1  ", "c  "]], pages);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/v1/triggers?cursor=nonsense!&limit=0")).Status);
    }

    [Fact]
    public async Task What_came_of_the_last_request_is_told()
    {
        var client = await CreateClientAsync();
        var secret = (await client.DoAsync("PUT", "/v1/triggers/greet", """{"appId":"echo"}""", HttpStatusCode.Created))["secret"]!.GetValue<string>();

        Assert.Equal(HttpStatusCode.BadRequest, (await FireAsync(client, "greet", secret)).Status);
        var failed = await client.DoAsync("GET", "/v1/triggers/greet");
        await FireAsync(client, "greet", "wrong");
        var run = JsonNode.Parse((await FireAsync(client, "greet", secret, """{"inputs":{"Text":"Hi"}}""")).Body)!["data"]!["runId"]!.GetValue<string>();
        var fired = await client.DoAsync("GET", "/v1/triggers/greet");

        Assert.Null(failed["lastRun"]);
        Assert.Equal("\"Text\" is required: no default is configured for this parameter.", failed["lastError"]!.GetValue<string>());
        Assert.Equal((run, run, null), (fired["lastRun"]!["runId"]!.GetValue<string>(), fired["lastRunId"]!.GetValue<string>(), fired["lastError"]?.GetValue<string>()));
        Assert.InRange(fired["lastRun"]!["at"]!.GetValue<DateTime>(), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Defining_needs_the_scope()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);

        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync("PUT", "/v1/triggers/greet", Definition)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync("DELETE", "/v1/triggers/greet")).Status);
    }

    [Fact]
    public async Task A_schedule_fires_by_itself_again_and_again()
    {
        var client = await CreateClientAsync();

        await client.DoAsync("PUT", "/v1/triggers/often", Definition.Insert(1, "\"schedule\":\"* * * * * *\","), HttpStatusCode.Created);

        await Eventually.TrueAsync(async () => (await client.DoAsync("GET", "/v1/runs?status=completed")).AsArray().Count >= 2);
        var trigger = await client.DoAsync("GET", "/v1/triggers/often");
        Assert.NotNull(trigger["lastRunId"]);
        Assert.Null(trigger["lastError"]);
        await client.SendAsync("DELETE", "/v1/triggers/often");
    }

    private const string NotFound = """{"error":"Trigger not found","code":"NOT_FOUND","retryable":false,"requestId":"test-1"}""";

    private static (HttpStatusCode Status, string Body) Of(LaminaAnswer answer) => (answer.Status, answer.Body);

    private static Task<LaminaAnswer> FireAsync(LaminaClient client, string triggerId, string secret, string body = "{}") =>
        client.SendAsync("POST", $"/v1/triggers/{triggerId}/fire", body, ("x-trigger-secret", secret));

    private Task<LaminaClient> CreateClientAsync() => LaminaClient.CreateAsync(fixture.Host, "admin");
}

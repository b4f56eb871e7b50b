using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Webhooks.Endpoints;

namespace Serverless.Tests.Webhooks;

/// <summary>Endpoints over HTTP: made, looked at, changed and removed.</summary>
public sealed class EndpointTests(DeliveryFixture fixture) : IClassFixture<DeliveryFixture>
{
    private const string Path = "/v1/webhooks/endpoints";
    private const string Definition = """{"url":"http://127.0.0.1:1/hook","events":["run.completed","run.failed","run.completed"],"description":"The warehouse"}""";

    [Fact]
    public async Task An_endpoint_is_made_and_its_secret_is_shown_this_once()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");

        var made = await client.DoAsync("POST", Path, Definition, HttpStatusCode.Created);

        var id = made["endpointId"]!.GetValue<string>();
        var secret = made["secret"]!.GetValue<string>();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.InRange(Convert.FromBase64String(secret["whsec_".Length..]).Length, 24, 64);
        var createdAt = made["createdAt"]!.GetValue<string>();
        var expected = $$$"""{"endpointId":"{{{id}}}","url":"http://127.0.0.1:1/hook","events":["run.completed","run.failed"],"description":"The warehouse","active":true,"switchedOffReason":null,"failingSince":null,"previousSecretUntil":null,"createdAt":"{{{createdAt}}}"}""";
        (await client.GetAsync(Path)).AssertIs(HttpStatusCode.OK, $$$"""{"data":[{{{expected}}}],"pagination":{"limit":50,"nextCursor":null}}""");
        (await client.GetAsync($"{Path}/{id}")).AssertIs(
            HttpStatusCode.OK, $$$$"""{"data":{{{{expected[..^1]}}}},"health":{"deliveries":0,"successShare":null,"medianMs":null,"p95Ms":null}}}""");
    }

    [Fact]
    public async Task The_secret_is_kept_sealed()
    {
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var made = await workspace.AddEndpointAsync("http://127.0.0.1:1/hook");

        var row = await workspace.RowAsync(made["endpointId"]!.GetValue<string>());

        var secret = made["secret"]!.GetValue<string>();
        Assert.Equal(-1, row.GetBinary("SealedSecret").AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)));
        Assert.DoesNotContain(((IDictionary<string, object>)row).Values, value => value is string text && text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_keeps_the_secret_and_switches_on_what_was_switched_off()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var id = (await client.DoAsync("POST", Path, Definition, HttpStatusCode.Created))["endpointId"]!.GetValue<string>();
        var store = fixture.Host.Services.GetRequiredService<EndpointStore>();
        await store.ChangeAsync(
            client.Workspace, id, stored => stored with { IsActive = false, SwitchedOffReason = "It only failed", FailingSince = stored.CreatedAt }, CancellationToken.None);
        var before = await store.FindAsync(client.Workspace, id, CancellationToken.None);

        var changed = await client.DoAsync("PUT", $"{Path}/{id}", WebhookWorkspace.DefinitionOf("http://127.0.0.1:2/other", ["alert.fired"]));

        Assert.Equal(("http://127.0.0.1:2/other", true), (changed["url"]!.GetValue<string>(), changed["active"]!.GetValue<bool>()));
        Assert.Equal("""["alert.fired"]""", changed["events"]!.ToJsonString());
        Assert.Null(changed["description"]);
        Assert.Null(changed["switchedOffReason"]);
        Assert.Null(changed["failingSince"]);
        Assert.Null(changed["secret"]);
        Assert.Equal(before!.SealedSecret, (await store.FindAsync(client.Workspace, id, CancellationToken.None))!.SealedSecret);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_an_endpoint_is_said()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");

        var refused = await client.SendAsync("POST", Path, """{"events":["run.completed","run.started"],"description":7,"active":"yes"}""");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(["url", "events[1]", "description", "active"], JsonNode.Parse(refused.Body)!["details"]!.AsArray().Select(detail => detail!["param"]!.GetValue<string>()));
        var none = await client.SendAsync("POST", Path, """{"url":"https://example.com/","events":[]}""");
        Assert.Equal("events", Assert.Single(JsonNode.Parse(none.Body)!["details"]!.AsArray())!["param"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("ftp://example.com/")]
    [InlineData("https://user:password@example.com/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.0.0.1/")]
    public async Task An_address_that_may_not_be_called_is_refused(string url)
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");

        var refused = await client.SendAsync("POST", Path, WebhookWorkspace.DefinitionOf(url, ["run.completed"]));

        Assert.Equal((HttpStatusCode.BadRequest, "WEBHOOK_INVALID_URL"), (refused.Status, JsonNode.Parse(refused.Body)!["code"]!.GetValue<string>()));
        Assert.Empty((await client.DoAsync("GET", Path)).AsArray());
    }

    [Fact]
    public async Task Without_a_key_for_secrets_no_endpoint_is_made_and_the_setting_is_named()
    {
        await using var host = await LaminaClient.StartHostAsync();
        var client = await LaminaClient.CreateAsync(host, "admin");

        (await client.SendAsync("POST", Path, WebhookWorkspace.DefinitionOf("https://example.com/", ["run.completed"]))).AssertError(
            HttpStatusCode.ServiceUnavailable, "RESOURCE_UNAVAILABLE", "Secrets cannot be kept: the setting Secrets__Key is not set", retryable: true);

        Assert.Empty((await client.DoAsync("GET", Path)).AsArray());
        Assert.False((await host.Services.GetRequiredService<AccountStore>().FindAsync(client.Workspace))!.HasWebhookEndpoints);
    }

    [Fact]
    public async Task A_workspace_has_endpoints_from_the_first_to_the_last()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        Assert.False(await HasAnyAsync(client));
        var ids = new List<string>();
        foreach (var number in Enumerable.Range(1, 3))
        {
            ids.Add((await client.DoAsync("POST", Path, WebhookWorkspace.DefinitionOf($"http://127.0.0.1:{number}/", ["run.completed"]), HttpStatusCode.Created))["endpointId"]!.GetValue<string>());
        }

        var first = JsonNode.Parse((await client.GetAsync($"{Path}?limit=2")).Body)!;
        var second = JsonNode.Parse((await client.GetAsync($"{Path}?limit=2&cursor={first["pagination"]!["nextCursor"]}")).Body)!;
        Assert.Equal(ids.Order(StringComparer.Ordinal), first["data"]!.AsArray().Concat(second["data"]!.AsArray()).Select(each => each!["endpointId"]!.GetValue<string>()));
        Assert.Null(second["pagination"]!["nextCursor"]);

        foreach (var id in ids)
        {
            Assert.True(await HasAnyAsync(client));
            Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync("DELETE", $"{Path}/{id}")).Status);
        }

        Assert.False(await HasAnyAsync(client));
        (await client.SendAsync("DELETE", $"{Path}/{ids[0]}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Endpoint not found");
    }

    [Fact]
    public async Task The_two_hundred_and_first_is_refused()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var store = fixture.Host.Services.GetRequiredService<EndpointStore>();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => store.AddAsync(
            new()
            {
                Workspace = client.Workspace,
                Id = number.ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
                Url = "https://example.com/",
                Events = ["run.completed"],
                CreatedAt = DateTimeOffset.UtcNow,
                SealedSecret = [],
            },
            CancellationToken.None)));

        (await client.SendAsync("POST", Path, Definition)).AssertError(HttpStatusCode.Conflict, "CONFLICT", "A workspace has at most 200 endpoints: remove one first");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/rotate")]
    [InlineData("POST", "/test")]
    [InlineData("POST", "/replay")]
    [InlineData("GET", "/deliveries")]
    public async Task What_is_not_there_or_is_no_id_is_not_found(string method, string rest)
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var body = (method, rest) switch
        {
            ("PUT", _) => Definition,
            (_, "/replay") => """{"since":"2026-11-21T12:00:00Z"}""",
            _ => null,
        };

        foreach (var id in (string[])["0123456789abcdef", "gone", "%27%20or%201%20eq%201"])
        {
            (await client.SendAsync(method, $"{Path}/{id}{rest}", body)).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Endpoint not found");
        }
    }

    private async Task<bool> HasAnyAsync(LaminaClient client) => (await fixture.Host.Services.GetRequiredService<AccountStore>().FindAsync(client.Workspace))!.HasWebhookEndpoints;
}

using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>Members read the logs of their organization with a session.</summary>
[Trait("Category", "Contract")]
public sealed class LogSessionTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Theory]
    [InlineData(Roles.Member)]
    [InlineData(Roles.Admin)]
    [InlineData(Roles.Owner)]
    public async Task Every_role_reads_the_logs_of_its_own_organization(string role)
    {
        var (own, others) = (await LogClient.CreateAsync(fixture.Host), await LogClient.CreateAsync(fixture.Host));
        await others.AcceptAsync(LogEntries.Simple("Of others"));
        await own.AcceptAsync(LogEntries.Simple("Of our own"));
        await Task.WhenAll(own.WaitForAsync(1), others.WaitForAsync(1));
        var session = await SessionClient.CreateAsync(fixture.Host, own.Organization, role);

        var found = await session.DoAsync("GET", "/v1/logs?start=2000-01-01T00:00:00Z");
        var counted = await session.DoAsync("GET", "/v1/logs/stats?start=2026-01-26T00:00:00Z&end=2026-01-27T00:00:00Z");
        using var byCookie = await session.SendAsync("GET", "/v1/logs?start=2000-01-01T00:00:00Z", json: null, session.Cookie);

        Assert.Equal("Of our own", Assert.Single(found["logs"]!.AsArray())!["message"]!.GetValue<string>());
        Assert.Equal(1, counted["total"]!.GetValue<int>());
        Assert.Equal(found.ToJsonString(), JsonNode.Parse(await byCookie.Content.ReadAsStringAsync())!.ToJsonString());
    }

    [Fact]
    public async Task New_entries_come_to_a_session_too()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/logs/tail");
        request.Headers.TryAddWithoutValidation(session.Cookie.Name, session.Cookie.Value);

        using var response = await fixture.Host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task It_spends_the_budget_of_the_session_and_of_nobody_else()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync(logPlan: "Indie");
        var session = await SessionClient.CreateAsync(fixture.Host, organization);
        var logs = new LogClient(fixture.Host.Client, await fixture.Host.CreateKeyAsync(organization, KeyPrefix.LuminaLog));

        foreach (var left in (string[])["299", "298"])
        {
            using var response = await session.SendAsync("GET", "/v1/logs/stats");
            Assert.Equal("\"session\";q=300;w=60", Assert.Single(response.Headers.GetValues("RateLimit-Policy")));
            Assert.StartsWith($"\"session\";r={left};t=", Assert.Single(response.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
            Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("X-RateLimit", StringComparison.OrdinalIgnoreCase));
        }

        using var byKey = await logs.GetAsync("/stats");
        Assert.Equal("59", Assert.Single(byKey.Headers.GetValues("X-RateLimit-Remaining")));
    }

    [Fact]
    public async Task A_key_goes_before_a_session()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var session = await SessionClient.CreateAsync(fixture.Host, logs.Organization);

        using var right = await session.SendAsync("GET", "/v1/logs", json: null, session.Bearer, ("x-api-key", logs.Key));
        using var wrong = await session.SendAsync("GET", "/v1/logs", json: null, session.Bearer, ("x-api-key", "ll_nonsense"));

        Assert.True(right.Headers.Contains("X-RateLimit-Limit"));
        await wrong.ExpectErrorAsync(HttpStatusCode.Unauthorized, "INVALID_API_KEY", "Invalid or missing API key");
    }

    [Fact]
    public async Task A_session_that_has_ended_or_never_was_is_no_key()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());
        var unknown = new SessionClient(fixture.Host.Client, session.Token[..^1] + (session.Token[^1] == '0' ? '1' : '0'));
        (await session.SendAsync("POST", "/v1/auth/logout")).Dispose();

        foreach (var (name, value) in ((string, string)[])[session.Bearer, session.Cookie, unknown.Bearer, unknown.Cookie, ("Authorization", "Bearer lqs_nonsense")])
        {
            using var response = await session.SendAsync("GET", "/v1/logs", json: null, (name, value));
            await response.ExpectErrorAsync(HttpStatusCode.Unauthorized, "INVALID_API_KEY", "Invalid or missing API key");
        }
    }

    [Fact]
    public async Task Of_a_suspended_organization_it_reads_nothing()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var session = await SessionClient.CreateAsync(fixture.Host, organization);
        await fixture.Operator.DoAsync("PATCH", $"organizations/{organization}", """{"status":"suspended"}""");

        using var response = await session.SendAsync("GET", "/v1/logs");

        await response.ExpectErrorAsync(HttpStatusCode.Forbidden, "FORBIDDEN", "The organization or project is suspended");
    }

    [Fact]
    public async Task Entries_are_sent_with_keys_only()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync(), Roles.Owner);

        using var response = await session.SendAsync("POST", "/v1/logs", """{"logs":[]}""");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}

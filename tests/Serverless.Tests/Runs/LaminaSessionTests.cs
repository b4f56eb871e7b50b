using System.Net;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs;

/// <summary>Members use Lamina with a session, by their role.</summary>
[Trait("Category", "Contract")]
public sealed class LaminaSessionTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Definition =
        """{"name":"Mine","description":"Gives back","parameters":[{"id":"t","name":"Text","type":"text","description":"What"}],"steps":[{"id":"s","kind":"text","template":"{{inputs.Text}}"}],"outputs":[{"id":"o","label":"Out","type":"text","step":"s"}]}""";

    public static TheoryData<string, string, string?> Definitions => new()
    {
        { "PUT", "/v1/apps/mine", Definition },
        { "DELETE", "/v1/apps/gone", null },
        { "POST", "/v1/templates/page-summary/apps", """{"appId":"copied"}""" },
        { "PUT", "/v1/triggers/mine", """{"appId":"echo","inputs":{"Text":"Hello"}}""" },
        { "DELETE", "/v1/triggers/gone", null },
    };

    [Theory]
    [InlineData(Roles.Member)]
    [InlineData(Roles.Admin)]
    [InlineData(Roles.Owner)]
    public async Task Every_role_starts_reads_and_cancels_runs(string role)
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var session = await SessionClient.CreateAsync(fixture.Host, organization, role);

        var run = (await session.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["data"]!["runId"]!.GetValue<string>();
        var waited = await session.DoAsync("GET", $"/v1/runs/{run}/wait");
        var cancelled = await session.DoAsync("POST", $"/v1/runs/{run}/cancel");
        var listed = await session.DoAsync("GET", "/v1/runs");

        Assert.Equal("completed", waited["data"]!["status"]!.GetValue<string>());
        Assert.Equal("completed", cancelled["data"]!["status"]!.GetValue<string>());
        Assert.Equal(run, Assert.Single(listed["data"]!.AsArray())!["runId"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Definitions))]
    public async Task A_member_defines_nothing_and_an_admin_and_an_owner_do(string method, string path, string? json)
    {
        var answer = await SendAsync(await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync()), method, path, json);
        answer.AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "This needs the role admin or owner");

        foreach (var role in (string[])[Roles.Admin, Roles.Owner])
        {
            using var response = await (await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync(), role)).SendAsync(method, path, json);
            Assert.Equal(method == "DELETE" ? HttpStatusCode.NotFound : HttpStatusCode.Created, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_cookie_that_changes_something_needs_a_header_that_only_a_page_of_our_own_can_send()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        var read = await SendAsync(session, "GET", "/v1/runs", null, session.Cookie);
        var without = await SendAsync(session, "POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", session.Cookie);
        var with = await SendAsync(session, "POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", session.Cookie, SessionClient.OwnPage);

        Assert.Equal(HttpStatusCode.OK, read.Status);
        without.AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "A request by cookie that changes something needs the header X-Requested-With: serverless");
        Assert.Equal(HttpStatusCode.Accepted, with.Status);
    }

    [Fact]
    public async Task Answers_speak_of_the_budget_of_the_session()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        foreach (var left in (string[])["299", "298"])
        {
            using var response = await session.SendAsync("GET", "/v1/templates");
            Assert.Equal("300", Header(response, "RateLimit-Limit"));
            Assert.Equal(left, Header(response, "RateLimit-Remaining"));
            Assert.InRange(int.Parse(Header(response, "RateLimit-Reset")), 58, 63);
            Assert.Equal("\"session\";q=300;w=60", Header(response, "RateLimit-Policy"));
            Assert.Equal($"\"session\";r={left};t={Header(response, "RateLimit-Reset")}", Header(response, "RateLimit"));
        }
    }

    [Fact]
    public async Task With_a_key_they_speak_of_the_address()
    {
        var client = await fixture.Host.AnyLaminaClientAsync();

        var answer = await client.GetAsync("/v1/templates");

        Assert.Equal("\"address\";q=100;w=60", Assert.Single(answer.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"address\";r=", Assert.Single(answer.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_goes_before_a_session()
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host);
        var session = await SessionClient.CreateAsync(fixture.Host, lamina.Workspace);

        var right = await lamina.GetAsync("/v1/apps", session.Cookie);
        var wrong = await new LaminaClient(fixture.Host.Client, "lma_nonsense").GetAsync("/v1/apps", session.Bearer);

        Assert.StartsWith("\"address\"", Assert.Single(right.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        wrong.AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_KEY", "Invalid API key");
    }

    [Fact]
    public async Task A_session_that_is_not_valid_is_no_key()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());
        (await session.SendAsync("POST", "/v1/auth/logout")).Dispose();

        (await SendAsync(session, "GET", "/v1/apps", null, session.Bearer)).AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_KEY", "Invalid API key");
        (await SendAsync(session, "GET", "/v1/apps", null, session.Cookie)).AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_KEY", "Invalid API key");
        (await SendAsync(session, "GET", "/v1/apps", null, ("Cookie", "serverless_session=nonsense"))).AssertError(HttpStatusCode.Unauthorized, "AUTH_MISSING_KEY", "Missing API key");
    }

    [Fact]
    public async Task The_workspace_may_be_named_but_not_another_and_a_suspended_one_is_closed()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var session = await SessionClient.CreateAsync(fixture.Host, organization);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(session, "GET", "/v1/apps", null, session.Bearer, ("x-workspace-id", organization))).Status);
        (await SendAsync(session, "GET", "/v1/apps", null, session.Bearer, ("x-workspace-id", "000000000000")))
            .AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "The session belongs to another workspace");

        await fixture.Operator.DoAsync("PATCH", $"organizations/{organization}", """{"status":"suspended"}""");
        (await SendAsync(session, "GET", "/v1/apps", null, session.Bearer)).AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "The workspace is suspended");
    }

    [Fact]
    public async Task With_a_session_the_id_of_a_trigger_alone_will_do_to_fire_it()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var owner = await SessionClient.CreateAsync(fixture.Host, organization, Roles.Owner);
        var secret = (await owner.DoAsync("PUT", "/v1/triggers/mine", """{"appId":"echo","inputs":{"Text":"Hello"}}""", HttpStatusCode.Created))["data"]!["secret"]!.GetValue<string>();

        var fired = await SendAsync(owner, "POST", "/v1/triggers/mine/fire", "{}", owner.Bearer, ("x-trigger-secret", secret));

        Assert.Equal(HttpStatusCode.Accepted, fired.Status);
    }

    private static async Task<LaminaAnswer> SendAsync(SessionClient session, string method, string path, string? json, params IEnumerable<(string, string)> headers)
    {
        var all = headers.ToList();
        using var response = await session.SendAsync(method, path, json, [.. all.Count == 0 ? [session.Bearer] : all, ("X-Request-Id", LaminaClient.RequestId)]);
        return new(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}

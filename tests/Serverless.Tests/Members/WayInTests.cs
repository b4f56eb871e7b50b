using System.Net;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Members;

/// <summary>Who is let in to <c>/v1/organization</c>, and to what.</summary>
[Trait("Category", "Contract")]
public sealed class WayInTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Project = "/projects/prj_00000000000000000000";
    private const string Key = "/keys/00000000";
    private const string User = "/members/00000000-0000-0000-0000-000000000000";

    /// <summary>Every endpoint, with the lowest role that may use it.</summary>
    public static TheoryData<string, string, string> Endpoints { get; } = new()
    {
        { "GET", "", Roles.Member },
        { "GET", "/projects", Roles.Member },
        { "POST", "/projects", Roles.Admin },
        { "GET", Project, Roles.Member },
        { "PATCH", Project, Roles.Admin },
        { "DELETE", Project, Roles.Owner },
        { "GET", "/members", Roles.Member },
        { "POST", "/members", Roles.Owner },
        { "DELETE", User, Roles.Owner },
        { "GET", "/keys", Roles.Member },
        { "POST", "/keys", Roles.Admin },
        { "DELETE", Key, Roles.Admin },
        { "POST", Key + "/rotate", Roles.Admin },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task An_endpoint_takes_the_role_it_says(string method, string path, string lowest)
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var needed = lowest == Roles.Owner ? "owner" : "admin or owner";
        foreach (var role in Roles.All)
        {
            // What a request that is let in is told: that its empty body will not do, or that nothing is there.
            var answer = await (await MemberClient.CreateAsync(fixture.Host, organization, role)).SendAsync(method, path, method is "POST" or "PATCH" ? """{"x":1}""" : null);
            if (Rank(role) < Rank(lowest))
            {
                answer.AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", $"This needs the role {needed}");
            }
            else
            {
                Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.NotFound]);
            }
        }

        static int Rank(string role) => role switch { Roles.Owner => 3, Roles.Admin => 2, _ => 1 };
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Without_a_session_there_is_no_way_in(string method, string path, string lowest)
    {
        var member = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync(), lowest);
        var key = await fixture.Host.CreateLogKeyAsync();
        foreach (var (name, value) in ((string, string)[])
            [
                ("X-Other", member.Token), ("x-api-key", member.Token), ("Authorization", ""), ("Authorization", "Bearer"), ("Authorization", $"Basic {member.Token}"),
                ("Authorization", $"Bearer {key}"), ("Authorization", $"Bearer {member.Token[..^1]}"), ("Authorization", $"Bearer {ApiKey.Create(KeyPrefix.Session, "000000000000").Reveal()}"),
            ])
        {
            var answer = await member.SendAsync(method, path, json: null, (name, value));
            answer.AssertError(HttpStatusCode.Unauthorized, "NOT_AUTHENTICATED", "Not authenticated");
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task By_cookie_what_changes_something_needs_a_header_as_well(string method, string path, string lowest)
    {
        var member = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync(), lowest);
        (string, string) cookie = ("Cookie", $"serverless_session={member.Token}");
        var body = method is "POST" or "PATCH" ? """{"x":1}""" : null;

        var alone = await member.SendAsync(method, path, body, cookie);
        var other = await member.SendAsync(method, path, body, cookie, ("X-Requested-With", "XMLHttpRequest"));
        var asked = await member.SendAsync(method, path, body, cookie, ("X-Requested-With", "serverless"));
        var byToken = await member.SendAsync(method, path, body);

        Assert.Equal((byToken.Status, byToken.Body), (asked.Status, asked.Body));
        if (method == "GET")
        {
            Assert.Equal((asked.Status, asked.Body), (alone.Status, alone.Body));
            return;
        }

        Assert.All([alone, other], answer => answer.AssertError(
            HttpStatusCode.Forbidden, "FORBIDDEN", "A request by cookie that changes something needs the header X-Requested-With: serverless"));
    }

    [Fact]
    public async Task A_session_ends_with_a_logout_and_with_another_role()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var (first, second) = (await MemberClient.CreateAsync(fixture.Host, organization), await MemberClient.CreateAsync(fixture.Host, organization));
        using var logout = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/logout");
        logout.Headers.Authorization = new("Bearer", first.Token);
        using var ended = await fixture.Host.Client.SendAsync(logout);
        await fixture.Operator.DoAsync("POST", $"organizations/{organization}/members", $$"""{"email":"{{second.Member.Email}}","role":"admin"}""");

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.All(
            await Task.WhenAll(first.SendAsync("GET", ""), second.SendAsync("GET", "")),
            answer => answer.AssertError(HttpStatusCode.Unauthorized, "NOT_AUTHENTICATED", "Not authenticated"));
    }

    [Fact]
    public async Task A_suspended_organization_is_forbidden()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var owner = await MemberClient.CreateAsync(fixture.Host, organization);
        await fixture.Operator.DoAsync("PATCH", $"organizations/{organization}", """{"status":"suspended"}""");

        (await owner.SendAsync("GET", "/keys")).AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "The organization is suspended");
    }

    [Fact]
    public async Task A_session_has_300_requests_a_minute()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var (member, other) = (await MemberClient.CreateAsync(fixture.Host, organization, Roles.Member), await MemberClient.CreateAsync(fixture.Host, organization));
        var first = await member.SendAsync("GET", "");
        Assert.Equal("\"session\";q=300;w=60", Assert.Single(first.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"session\";r=299;t=", Assert.Single(first.Headers.GetValues("RateLimit")), StringComparison.Ordinal);

        // What the role does not open counts as well.
        var rest = await Task.WhenAll(Enumerable.Range(0, 299).Select(_ => member.SendAsync("POST", "/projects", "{}")));
        var refused = await member.SendAsync("POST", "/projects", "{}");

        Assert.All(rest, answer => Assert.Equal(HttpStatusCode.Forbidden, answer.Status));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        var wait = refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        Assert.InRange(wait, 1, 62);
        Assert.Equal(
            $$"""{"error":"Too many requests, please try again later","code":"RATE_LIMITED","retryable":true,"retryAfter":{{wait}},"requestId":"test-1"}""", refused.Body);
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync("GET", "")).Status);
    }
}

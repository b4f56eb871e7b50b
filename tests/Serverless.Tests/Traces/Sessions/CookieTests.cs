using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>A session in a cookie.</summary>
[Trait("Category", "Contract")]
public sealed class CookieTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string HeaderRequired = "A request by cookie that changes something needs the header X-Requested-With: serverless";

    [Fact]
    public async Task A_login_that_asks_for_it_sets_the_cookie()
    {
        using var response = await LoginAsync("true");

        var token = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["token"]!.GetValue<string>();
        var parts = Assert.Single(response.Headers.GetValues("Set-Cookie")).Split("; ");
        Assert.Equal($"serverless_session={token}", parts[0]);
        Assert.Contains("path=/", parts);
        Assert.Contains("httponly", parts);
        Assert.Contains("samesite=strict", parts);
        var expires = DateTimeOffset.Parse(Assert.Single(parts, part => part.StartsWith("expires=", StringComparison.Ordinal))["expires=".Length..]);
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromHours(11.9), TimeSpan.FromHours(12.1));
        Assert.Equal(fixture.Host.Client.BaseAddress!.Scheme == Uri.UriSchemeHttps, parts.Contains("secure"));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("null")]
    public async Task Any_other_login_sets_none(string cookie)
    {
        using var response = await LoginAsync(cookie);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Whether_it_is_wanted_is_true_or_false()
    {
        using var response = await LoginAsync("\"yes\"");

        Assert.Equal(SessionAnswer.Error(400, "\"cookie\" must be true or false"), await SessionAnswer.OfAsync(response));
    }

    [Fact]
    public async Task What_only_reads_takes_the_cookie_alone()
    {
        var traces = await TraceClient.CreateAsync(fixture.Host);
        var session = await SessionClient.CreateAsync(fixture.Host, traces.Organization);

        using var response = await session.SendAsync("GET", $"/v1/events?projectId={traces.Project}", json: null, session.Cookie);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/v1/auth/logout", null)]
    [InlineData("POST", "/v1/auth/session", """{"organization":"000000000000"}""")]
    [InlineData("PUT", "/v1/auth/password", """{"old_password":"x","new_password":"battery staple horse"}""")]
    [InlineData("POST", "/v1/ai/ask", """{"projectId":"x","question":"y"}""")]
    public async Task What_changes_something_needs_a_header_that_only_a_page_of_our_own_can_send(string method, string path, string? json)
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        using var without = await session.SendAsync(method, path, json, session.Cookie);
        using var another = await session.SendAsync(method, path, json, session.Cookie, ("X-Requested-With", "XMLHttpRequest"));
        using var with = await session.SendAsync(method, path, json, session.Cookie, SessionClient.OwnPage);

        Assert.Equal(SessionAnswer.Error(403, HeaderRequired), await SessionAnswer.OfAsync(without));
        Assert.Equal(SessionAnswer.Error(403, HeaderRequired), await SessionAnswer.OfAsync(another));
        Assert.DoesNotContain(HeaderRequired, await with.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_goes_before_the_cookie()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        using var response = await session.SendAsync("GET", "/v1/auth/session", json: null, session.Cookie, ("Authorization", "Bearer lqs_nonsense"));

        Assert.Equal(SessionAnswer.NotAuthenticated, await SessionAnswer.OfAsync(response));
    }

    [Fact]
    public async Task Logging_out_takes_the_session_out_of_the_cookie()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        using var response = await session.SendAsync("POST", "/v1/auth/logout", json: null, session.Cookie, SessionClient.OwnPage);
        using var after = await session.SendAsync("GET", "/v1/auth/session", json: null, session.Cookie);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.StartsWith("serverless_session=; expires=Thu, 01 Jan 1970", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        Assert.Equal(SessionAnswer.NotAuthenticated, await SessionAnswer.OfAsync(after));
    }

    [Fact]
    public async Task Logging_out_by_header_leaves_cookies_alone()
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        using var response = await session.SendAsync("POST", "/v1/auth/logout");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    private async Task<HttpResponseMessage> LoginAsync(string cookie)
    {
        var member = await fixture.Host.CreateMemberAsync(await fixture.Operator.CreateOrganizationAsync());
        return await new SessionClient(fixture.Host.Client, "").SendAsync(
            "POST", "/v1/auth/login", $$"""{"email":"{{member.Email}}","password":"{{SessionFixture.Password}}","cookie":{{cookie}}}""", []);
    }
}

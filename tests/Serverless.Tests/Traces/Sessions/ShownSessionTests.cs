using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Sessions;

/// <summary><c>GET</c> and <c>POST /v1/auth/session</c>: what a session is told of itself, and another organization for it.</summary>
[Trait("Category", "Contract")]
public sealed class ShownSessionTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task It_says_whose_it_is_what_it_opens_and_where_it_may_go()
    {
        var (first, second) = (await fixture.Operator.CreateOrganizationAsync(), await fixture.Operator.CreateOrganizationAsync());
        var suspended = await fixture.Operator.CreateOrganizationAsync();
        string[] projects = [await fixture.Host.CreateProjectAsync(first), await fixture.Host.CreateProjectAsync(first)];
        await fixture.Host.CreateProjectAsync(second);
        var member = await fixture.Host.CreateMemberAsync(first, Roles.Admin);
        await JoinAsync(second, member.Email, Roles.Owner);
        await JoinAsync(suspended, member.Email, Roles.Owner);
        await fixture.Operator.DoAsync("PATCH", $"organizations/{suspended}", """{"status":"suspended"}""");
        var session = await SwitchedAsync(new(fixture.Host.Client, await fixture.Host.LogInAsync(member.Email)), first);

        using var response = await session.SendAsync("GET", "/v1/auth/session");
        var shown = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(["user", "organization", "role", "expires_at", "projects", "organizations"], shown.AsObject().Select(property => property.Key));
        Assert.Equal($$"""{"id":"{{member.UserId}}","email":"{{member.Email}}"}""", shown["user"]!.ToJsonString());
        Assert.Equal($$"""{"id":"{{first}}","name":"Test"}""", shown["organization"]!.ToJsonString());
        Assert.Equal("admin", shown["role"]!.GetValue<string>());
        Assert.InRange(shown["expires_at"]!.GetValue<DateTimeOffset>() - DateTimeOffset.UtcNow, TimeSpan.FromHours(11.9), TimeSpan.FromHours(12.1));
        Assert.Equal(
            projects.Order(StringComparer.Ordinal).Select(id => $$"""{"id":"{{id}}","name":"Test"}"""),
            shown["projects"]!.AsArray().Select(project => project!.ToJsonString()));
        Assert.Equal(
            new[] { (Id: first, Role: "admin"), (Id: second, Role: "owner") }.OrderBy(found => found.Id, StringComparer.Ordinal).Select(found => $$"""{"id":"{{found.Id}}","name":"Test","role":"{{found.Role}}"}"""),
            shown["organizations"]!.AsArray().Select(organization => organization!.ToJsonString()));
    }

    [Fact]
    public async Task Switching_begins_a_session_of_the_other_organization_and_ends_the_one_before()
    {
        var (first, second) = (await fixture.Operator.CreateOrganizationAsync(), await fixture.Operator.CreateOrganizationAsync());
        var member = await fixture.Host.CreateMemberAsync(first);
        var before = new SessionClient(fixture.Host.Client, await fixture.Host.LogInAsync(member.Email));
        await JoinAsync(second, member.Email, Roles.Admin);

        using var response = await before.SendAsync("POST", "/v1/auth/session", $$"""{"organization":"{{second}}"}""");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var after = new SessionClient(fixture.Host.Client, body["token"]!.GetValue<string>());

        Assert.Equal(["token", "expires_at"], body.AsObject().Select(property => property.Key));
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.StartsWith($"lqs_{second}", after.Token, StringComparison.Ordinal);
        Assert.Equal("admin", (await after.DoAsync("GET", "/v1/auth/session"))["role"]!.GetValue<string>());
        using var ended = await before.SendAsync("GET", "/v1/auth/session");
        Assert.Equal(SessionAnswer.NotAuthenticated, await SessionAnswer.OfAsync(ended));
    }

    [Fact]
    public async Task A_session_that_came_by_cookie_is_set_there_anew()
    {
        var (first, second) = (await fixture.Operator.CreateOrganizationAsync(), await fixture.Operator.CreateOrganizationAsync());
        var member = await fixture.Host.CreateMemberAsync(first);
        var session = new SessionClient(fixture.Host.Client, await fixture.Host.LogInAsync(member.Email));
        await JoinAsync(second, member.Email, Roles.Member);

        using var response = await session.SendAsync("POST", "/v1/auth/session", $$"""{"organization":"{{second}}"}""", session.Cookie, SessionClient.OwnPage);

        var token = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["token"]!.GetValue<string>();
        Assert.StartsWith($"serverless_session={token}; ", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "\"organization\" is required")]
    [InlineData("""{"organization":""}""", "\"organization\" is required")]
    [InlineData("""{"organization":1}""", "\"organization\" must be a string")]
    public async Task What_is_wrong_with_a_switch_is_said(string body, string message)
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        using var response = await session.SendAsync("POST", "/v1/auth/session", body);

        Assert.Equal(SessionAnswer.Error(400, message), await SessionAnswer.OfAsync(response));
    }

    [Fact]
    public async Task Nobody_switches_to_an_organization_of_others_or_to_one_that_is_suspended_and_the_session_goes_on()
    {
        var (own, others, suspended) = (await fixture.Operator.CreateOrganizationAsync(), await fixture.Operator.CreateOrganizationAsync(), await fixture.Operator.CreateOrganizationAsync());
        var member = await fixture.Host.CreateMemberAsync(own);
        var session = new SessionClient(fixture.Host.Client, await fixture.Host.LogInAsync(member.Email));
        await JoinAsync(suspended, member.Email, Roles.Owner);
        await fixture.Operator.DoAsync("PATCH", $"organizations/{suspended}", """{"status":"suspended"}""");

        Assert.Equal(SessionAnswer.NotAMember, await SwitchAsync(session, others));
        Assert.Equal(SessionAnswer.NotAMember, await SwitchAsync(session, "000000000000"));
        Assert.Equal(SessionAnswer.NotAMember, await SwitchAsync(session, "../account"));
        Assert.Equal(SessionAnswer.Suspended, await SwitchAsync(session, suspended));
        await session.DoAsync("GET", "/v1/auth/session");
    }

    private Task<JsonNode> JoinAsync(string organization, string email, string role) =>
        fixture.Operator.CreateAsync($"organizations/{organization}/members", $$"""{"email":"{{email}}","role":"{{role}}"}""");

    private static async Task<SessionAnswer> SwitchAsync(SessionClient session, string organization) =>
        await SessionAnswer.OfAsync(await session.SendAsync("POST", "/v1/auth/session", new JsonObject { ["organization"] = organization }.ToJsonString()));

    private async Task<SessionClient> SwitchedAsync(SessionClient session, string organization) =>
        new(fixture.Host.Client, (await session.DoAsync("POST", "/v1/auth/session", $$"""{"organization":"{{organization}}"}"""))["token"]!.GetValue<string>());
}

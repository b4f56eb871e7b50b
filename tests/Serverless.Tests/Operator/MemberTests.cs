using System.Net;
using System.Net.Http.Json;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>The people of an organization.</summary>
[Trait("Category", "Contract")]
public sealed class MemberTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private OperatorClient Operator => fixture.Operator;

    [Fact]
    public async Task A_user_is_made_and_becomes_a_member()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/members";
        var name = $"{Guid.NewGuid():N}";
        var created = await Operator.SendAsync("POST", path, $$"""{"email":"{{name.ToUpperInvariant()}}@Example.com","password":"correct horse","role":"Owner"}""");
        var user = created.Json["data"]!["userId"]!.GetValue<string>();
        var createdAt = created.Json["data"]!["createdAt"]!.GetValue<string>();
        Assert.True(Guid.TryParse(user, out _));
        created.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{Member("owner", "active")}}}}""");
        (await Operator.SendAsync("GET", path)).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":[{{{Member("owner", "active")}}}],"pagination":{"limit":50,"nextCursor":null}}""");
        Assert.Equal(HttpStatusCode.OK, await LogInAsync($"{name}@example.com", "correct horse"));

        // The same user again: no password is needed, and none is changed.
        (await Operator.SendAsync("POST", path, $$"""{"email":"{{name}}@example.com","password":"another horse","role":"admin"}""")).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "active")}}}}""");
        Assert.Equal(HttpStatusCode.OK, await LogInAsync($"{name}@example.com", "correct horse"));

        (await Operator.SendAsync("DELETE", $"{path}/{user}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "revoked")}}}}""");
        (await Operator.SendAsync("DELETE", $"{path}/{user}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "revoked")}}}}""");
        (await Operator.SendAsync("GET", path)).AssertIs(HttpStatusCode.OK, """{"data":[],"pagination":{"limit":50,"nextCursor":null}}""");
        Assert.Equal(HttpStatusCode.Forbidden, await LogInAsync($"{name}@example.com", "correct horse"));

        (await Operator.SendAsync("POST", path, $$"""{"email":"{{name}}@example.com","role":"member"}""")).AssertIs(
            HttpStatusCode.Created, $$$"""{"data":{{{Member("member", "active")}}}}""");

        string Member(string role, string status) =>
            $$"""{"userId":"{{user}}","email":"{{name}}@example.com","role":"{{role}}","status":"{{status}}","createdAt":"{{createdAt}}"}""";
    }

    [Fact]
    public async Task Members_are_listed_page_by_page()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/members";
        for (var number = 0; number < 5; number++)
        {
            await Operator.CreateAsync(path, $$"""{"email":"page{{number}}-{{Guid.NewGuid():N}}@example.com","password":"correct horse","role":"member"}""");
        }

        var removed = (await Operator.ListAsync(path)).Items[2]["userId"]!.GetValue<string>();
        await Operator.DoAsync("DELETE", $"{path}/{removed}");
        var (items, pages) = await Operator.ListAsync(path + "?limit=3");
        Assert.Equal((4, 2), (items.Count, pages));
    }

    [Fact]
    public async Task What_is_wrong_with_a_member_is_said()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/members";
        (await Operator.SendAsync("POST", path, """{"email":"new@example.com","role":"king"}""")).AssertInvalid(
            "Invalid request body",
            ("role", "invalid_option", "\"role\": invalid option \"king\". Must be one of: owner, admin, member"),
            ("password", "missing_no_default", "\"password\" is required: no default is configured for this parameter."));
        (await Operator.SendAsync("POST", path, """{"email":"Ann <ann@example.com>","password":"😀😀😀😀😀😀😀😀😀😀😀"}""")).AssertInvalid(
            "Invalid request body",
            ("email", "invalid_option", "\"email\": must be an e-mail address."),
            ("password", "invalid_option", "\"password\": must be 12 to 256 characters."),
            ("role", "missing_no_default", "\"role\" is required: no default is configured for this parameter."));
    }

    [Fact]
    public async Task Setting_a_password_ends_every_session()
    {
        // A session is of the first organization that its user is a member of.
        string[] organizations = [await Operator.CreateOrganizationAsync(), await Operator.CreateOrganizationAsync()];
        Array.Sort(organizations, StringComparer.Ordinal);
        var (other, one) = (organizations[0], organizations[1]);
        var email = $"{Guid.NewGuid():N}@example.com";
        var path = $"organizations/{one}/members";
        var member = await Operator.CreateAsync(path, $$"""{"email":"{{email}}","password":"correct horse","role":"owner"}""");
        var project = await fixture.Host.CreateProjectAsync(one);
        var sessions = new List<string> { await fixture.Host.LogInAsync(email, "correct horse"), await fixture.Host.LogInAsync(email, "correct horse") };
        await Operator.CreateAsync($"organizations/{other}/members", $$"""{"email":"{{email}}","role":"member"}""");
        sessions.Add(await fixture.Host.LogInAsync(email, "correct horse"));
        Assert.Equal([one, one, other], sessions.Select(session => session.Substring(4, 12)));
        Assert.All(await Task.WhenAll(sessions.Select(session => ReadAsync(session, project))), status => Assert.Equal(HttpStatusCode.OK, status));

        (await Operator.SendAsync("PUT", $"{path}/{member["userId"]}/password", """{"password":"battery staple"}""")).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":{{{member.ToJsonString()}}}}""");

        Assert.All(await Task.WhenAll(sessions.Select(session => ReadAsync(session, project))), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.Unauthorized, await LogInAsync(email, "correct horse"));
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(await fixture.Host.LogInAsync(email, "battery staple"), project));
    }

    [Fact]
    public async Task An_unknown_member_is_not_found()
    {
        var organization = await Operator.CreateOrganizationAsync();
        foreach (var user in new[] { Guid.NewGuid().ToString(), "x" })
        {
            (await Operator.SendAsync("DELETE", $"organizations/{organization}/members/{user}")).AssertError(
                HttpStatusCode.NotFound, "NOT_FOUND", "Member not found");
            (await Operator.SendAsync("PUT", $"organizations/{organization}/members/{user}/password", """{"password":"correct horse"}""")).AssertError(
                HttpStatusCode.NotFound, "NOT_FOUND", "Member not found");
        }

        (await Operator.SendAsync("PUT", $"organizations/{organization}/members/x/password", "{}")).AssertInvalid(
            "Invalid request body", ("password", "missing_no_default", "\"password\" is required: no default is configured for this parameter."));
    }

    private async Task<HttpStatusCode> LogInAsync(string email, string password)
    {
        using var response = await fixture.Host.Client.PostAsJsonAsync("/v1/auth/login", new { email, password });
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> ReadAsync(string session, string project)
    {
        using var response = await new TraceReader(fixture.Host.Client, session, project).GetAsync("/v1/events");
        return response.StatusCode;
    }
}

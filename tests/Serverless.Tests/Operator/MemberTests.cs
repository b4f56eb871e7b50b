using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Admission;
using Serverless.Tenancy;

namespace Serverless.Tests.Operator;

/// <summary>The people of an organization.</summary>
public sealed class MemberTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private OperatorClient Operator => fixture.Operator;

    private UserStore Users => fixture.Host.Services.GetRequiredService<UserStore>();

    private SessionStore Sessions => fixture.Host.Services.GetRequiredService<SessionStore>();

    [Fact]
    public async Task A_user_is_made_and_becomes_a_member()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/members";
        var created = await Operator.SendAsync("POST", path, """{"email":"Ann@Example.com","password":"correct horse","role":"Owner"}""");
        var user = created.Json["data"]!["userId"]!.GetValue<string>();
        var createdAt = created.Json["data"]!["createdAt"]!.GetValue<string>();
        Assert.True(Guid.TryParse(user, out _));
        created.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{Member("owner", "active")}}}}""");
        (await Operator.SendAsync("GET", path)).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":[{{{Member("owner", "active")}}}],"pagination":{"limit":50,"nextCursor":null}}""");
        Assert.NotNull(await Users.VerifyAsync("ann@example.com", "correct horse"));

        // The same user again: no password is needed, and none is changed.
        (await Operator.SendAsync("POST", path, """{"email":"ann@example.com","password":"another horse","role":"admin"}""")).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "active")}}}}""");
        Assert.NotNull(await Users.VerifyAsync("ann@example.com", "correct horse"));

        (await Operator.SendAsync("DELETE", $"{path}/{user}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "revoked")}}}}""");
        (await Operator.SendAsync("DELETE", $"{path}/{user}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "revoked")}}}}""");
        (await Operator.SendAsync("GET", path)).AssertIs(HttpStatusCode.OK, """{"data":[],"pagination":{"limit":50,"nextCursor":null}}""");
        Assert.Empty((await Users.FindAsync("ann@example.com"))!.Memberships);

        (await Operator.SendAsync("POST", path, """{"email":"ann@example.com","role":"member"}""")).AssertIs(
            HttpStatusCode.Created, $$$"""{"data":{{{Member("member", "active")}}}}""");

        string Member(string role, string status) =>
            $$"""{"userId":"{{user}}","email":"ann@example.com","role":"{{role}}","status":"{{status}}","createdAt":"{{createdAt}}"}""";
    }

    [Fact]
    public async Task Members_are_listed_page_by_page()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/members";
        for (var number = 0; number < 5; number++)
        {
            await Operator.CreateAsync(path, $$"""{"email":"page{{number}}@example.com","password":"correct horse","role":"member"}""");
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
        (await Operator.SendAsync("POST", path, """{"email":"Ann <ann@example.com>","password":"short"}""")).AssertInvalid(
            "Invalid request body",
            ("email", "invalid_option", "\"email\": must be an e-mail address."),
            ("password", "invalid_option", "\"password\": must be 12 to 256 characters."),
            ("role", "missing_no_default", "\"role\" is required: no default is configured for this parameter."));
    }

    [Fact]
    public async Task Setting_a_password_ends_every_session()
    {
        var one = await Operator.CreateOrganizationAsync();
        var other = await Operator.CreateOrganizationAsync();
        var path = $"organizations/{one}/members";
        var member = await Operator.CreateAsync(path, """{"email":"bob@example.com","password":"correct horse","role":"owner"}""");
        await Operator.CreateAsync($"organizations/{other}/members", """{"email":"bob@example.com","role":"member"}""");
        var user = await Users.VerifyAsync("bob@example.com", "correct horse");
        var sessions = new[] { await Sessions.CreateAsync(user!, one), await Sessions.CreateAsync(user!, one), await Sessions.CreateAsync(user!, other) };
        Assert.All(await Task.WhenAll(sessions.Select(IsAdmittedAsync)), Assert.True);

        (await Operator.SendAsync("PUT", $"{path}/{member["userId"]}/password", """{"password":"battery staple"}""")).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":{{{member.ToJsonString()}}}}""");

        Assert.All(await Task.WhenAll(sessions.Select(IsAdmittedAsync)), Assert.False);
        Assert.Null(await Sessions.CreateAsync(user!, one));
        Assert.Null(await Users.VerifyAsync("bob@example.com", "correct horse"));
        var again = await Users.VerifyAsync("bob@example.com", "battery staple");
        Assert.True(await IsAdmittedAsync(await Sessions.CreateAsync(again!, one)));
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

    private async Task<bool> IsAdmittedAsync(Session? session) =>
        (await fixture.Host.Services.GetRequiredService<AdmissionGate>().AdmitAsync(session!.Token, _ => [])).IsAdmitted;
}

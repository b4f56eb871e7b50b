using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Sessions;

/// <summary><c>PUT /v1/auth/password</c>: one's own password.</summary>
[Trait("Category", "Contract")]
public sealed class ChangePasswordTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string New = "another horse battery";

    public static TheoryData<string, string> BadBodies => new()
    {
        { "{}", "\"old_password\" is required" },
        { """{"old_password":"","new_password":"x"}""", "\"old_password\" is required" },
        { """{"old_password":"x"}""", "\"new_password\" is required" },
        { """{"old_password":"x","new_password":"eleven char"}""", "\"new_password\" must be 12 to 256 characters" },
        { $$"""{"old_password":"x","new_password":"{{new string('x', 257)}}"}""", "\"new_password\" must be 12 to 256 characters" },
        { """{"old_password":"x","new_password":123456789012}""", "\"new_password\" must be a string" },
    };

    [Fact]
    public async Task Other_sessions_end_and_the_caller_goes_on_with_a_new_one()
    {
        var member = await fixture.Host.CreateMemberAsync(await fixture.Operator.CreateOrganizationAsync());
        SessionClient[] sessions = [await LogInAsync(member.Email), await LogInAsync(member.Email)];

        using var response = await sessions[0].SendAsync("PUT", "/v1/auth/password", Passwords(SessionFixture.Password, New), sessions[0].Cookie, SessionClient.OwnPage);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var next = new SessionClient(fixture.Host.Client, body["token"]!.GetValue<string>());

        Assert.Equal(["token", "expires_at"], body.AsObject().Select(property => property.Key));
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.StartsWith($"serverless_session={next.Token}; ", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        await next.DoAsync("GET", "/v1/auth/session");
        foreach (var ended in sessions)
        {
            Assert.Equal(SessionAnswer.NotAuthenticated, await SessionAnswer.OfAsync(await ended.SendAsync("GET", "/v1/auth/session")));
        }

        await fixture.Host.LogInAsync(member.Email, New);
        using var old = SessionFixture.Credentials(member.Email);
        Assert.Equal(SessionAnswer.NotAuthenticated, await SessionAnswer.OfAsync(await fixture.Host.Client.PostAsync("/v1/auth/login", old)));
    }

    [Fact]
    public async Task A_wrong_old_password_changes_nothing()
    {
        var member = await fixture.Host.CreateMemberAsync(await fixture.Operator.CreateOrganizationAsync());
        var session = await LogInAsync(member.Email);

        Assert.Equal(SessionAnswer.Error(403, "The password is not right"), await ChangeAsync(session, "wrong horse battery", New));
        await session.DoAsync("GET", "/v1/auth/session");
        await fixture.Host.LogInAsync(member.Email);
    }

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task What_is_wrong_with_a_body_is_said(string body, string message)
    {
        var session = await SessionClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        using var response = await session.SendAsync("PUT", "/v1/auth/password", body);

        Assert.Equal(SessionAnswer.Error(400, message), await SessionAnswer.OfAsync(response));
    }

    [Fact]
    public async Task Guesses_count_together_with_logins_by_the_email_address()
    {
        var member = await fixture.Host.CreateMemberAsync(await fixture.Operator.CreateOrganizationAsync());
        var session = await LogInAsync(member.Email);
        for (var guess = 1; guess < 20; guess++)
        {
            Assert.Equal(403, (await ChangeAsync(session, "wrong horse battery", New)).Status);
        }

        Assert.Equal(429, (await ChangeAsync(session, SessionFixture.Password, New)).Status);
        using var login = SessionFixture.Credentials(member.Email);
        Assert.Equal(HttpStatusCode.TooManyRequests, (HttpStatusCode)(await SessionAnswer.OfAsync(await fixture.Host.Client.PostAsync("/v1/auth/login", login))).Status);
    }

    [Fact]
    public async Task Of_two_changes_at_once_one_succeeds()
    {
        var member = await fixture.Host.CreateMemberAsync(await fixture.Operator.CreateOrganizationAsync());
        SessionClient[] sessions = [await LogInAsync(member.Email), await LogInAsync(member.Email)];

        var answers = await Task.WhenAll(sessions.Select((session, number) => ChangeAsync(session, SessionFixture.Password, $"{New} {number}")));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Single(answers, answer => answer.Status is 403 or 401);
    }

    private async Task<SessionClient> LogInAsync(string email) => new(fixture.Host.Client, await fixture.Host.LogInAsync(email));

    private static string Passwords(string old, string @new) => new JsonObject { ["old_password"] = old, ["new_password"] = @new }.ToJsonString();

    private static async Task<SessionAnswer> ChangeAsync(SessionClient session, string old, string @new) =>
        await SessionAnswer.OfAsync(await session.SendAsync("PUT", "/v1/auth/password", Passwords(old, @new)));
}

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Sessions;

/// <summary><c>POST /v1/auth/login</c>, as whoever logs in sees it.</summary>
[Trait("Category", "Contract")]
public sealed class LoginAnswerTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    public static TheoryData<string, string> BadBodies => new()
    {
        { "", "\"email\" is required" },
        { "{}", "\"email\" is required" },
        { """{"password":"x"}""", "\"email\" is required" },
        { """{"email":null,"password":"x"}""", "\"email\" is required" },
        { """{"email":"","password":"x"}""", "\"email\" is required" },
        { """{"email":["a@example.com"],"password":"x"}""", "\"email\" must be a string" },
        { """{"email":"a@example.com"}""", "\"password\" is required" },
        { """{"email":"a@example.com","password":""}""", "\"password\" is required" },
        { """{"email":"a@example.com","password":12345678}""", "\"password\" must be a string" },
        { """{"email":"a@example.com","password":"x"} {}""", "The body must be a JSON object, in UTF-8" },
        { """{"email":"a@example.com","password":""", "The body must be a JSON object, in UTF-8" },
        { "[]", "The body must be a JSON object, in UTF-8" },
    };

    [Fact]
    public async Task A_member_gets_a_session_of_twelve_hours()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var member = await fixture.Host.CreateMemberAsync(organization);

        using var content = SessionFixture.Credentials($" {member.Email.ToUpperInvariant()} ");
        using var response = await fixture.Host.Client.PostAsync("/v1/auth/login", content);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(["token", "expires_at"], body.Select(property => property.Key));
        Assert.Matches($"^lqs_{organization}[0-9a-f]{{36}}$", body["token"]!.GetValue<string>());
        Assert.InRange(body["expires_at"]!.GetValue<DateTimeOffset>() - DateTimeOffset.UtcNow, TimeSpan.FromHours(11.9), TimeSpan.FromHours(12.1));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_are_answered_alike()
    {
        var member = await fixture.Host.CreateMemberAsync(await fixture.Operator.CreateOrganizationAsync());

        Assert.Equal(SessionAnswer.NotAuthenticated, await LoginAsync(SessionFixture.Credentials(member.Email, "wrong horse battery")));
        Assert.Equal(SessionAnswer.NotAuthenticated, await LoginAsync(SessionFixture.Credentials(member.Email, new string('x', 300))));
        Assert.Equal(SessionAnswer.NotAuthenticated, await LoginAsync(SessionFixture.Credentials($"{Guid.NewGuid():N}@example.com")));
        Assert.Equal(SessionAnswer.NotAuthenticated, await LoginAsync(SessionFixture.Credentials("nobody")));
        Assert.Equal(
            SessionAnswer.NotAuthenticated,
            await LoginAsync(new StringContent("""{"email":"a@example.com","password":"\ud800"}""", Encoding.UTF8, "application/json")));
    }

    [Fact]
    public async Task A_member_of_suspended_organizations_only_is_told_so()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var member = await fixture.Host.CreateMemberAsync(organization);
        await fixture.Operator.DoAsync("PATCH", $"organizations/{organization}", """{"status":"suspended"}""");

        Assert.Equal(SessionAnswer.Suspended, await LoginAsync(SessionFixture.Credentials(member.Email)));
        Assert.Equal(SessionAnswer.NotAuthenticated, await LoginAsync(SessionFixture.Credentials(member.Email, "wrong horse battery")));
    }

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task What_is_wrong_with_a_body_is_said(string body, string message) =>
        Assert.Equal(SessionAnswer.Error(400, message), await LoginAsync(new StringContent(body, Encoding.UTF8, "application/json")));

    [Fact]
    public async Task A_body_that_is_too_large_or_of_another_type_is_refused()
    {
        var large = new StringContent($$"""{"email":"{{new string('x', 8192)}}"}""", Encoding.UTF8, "application/json");
        Assert.Equal(SessionAnswer.Error(413, "The body is larger than 8192 bytes"), await LoginAsync(large));

        var form = new FormUrlEncodedContent([new("email", "a@example.com"), new("password", "x")]);
        Assert.Equal(SessionAnswer.Error(415, "Content-Type must be application/json, in UTF-8"), await LoginAsync(form));
    }

    [Theory]
    [InlineData("/v1/auth/login")]
    [InlineData("/v1/auth/logout")]
    public async Task Only_post_is_answered(string path)
    {
        using var response = await fixture.Host.Client.GetAsync(path);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
        Assert.Equal(SessionAnswer.Error(405, "This path answers POST only"), await SessionAnswer.OfAsync(response));
    }

    private async Task<SessionAnswer> LoginAsync(HttpContent body) => await SessionAnswer.OfAsync(await fixture.Host.Client.PostAsync("/v1/auth/login", body));
}

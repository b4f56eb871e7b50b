using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Members;

/// <summary>The people of an organization, as its owners have them.</summary>
[Trait("Category", "Contract")]
public sealed class OwnMemberTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string NeedsOwner = "The organization needs an owner: make somebody else one first";

    [Fact]
    public async Task An_owner_makes_somebody_a_member_and_ends_that_again()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var owner = await MemberClient.CreateAsync(fixture.Host, organization);
        var name = $"{Guid.NewGuid():N}";

        var created = await owner.SendAsync("POST", "/members", $$"""{"email":"{{name}}@Example.com","password":"{{ContractHost.Password}}","role":"Member"}""");
        var data = await FindAsync(organization, $"{name}@example.com");
        var (user, createdAt) = (data["userId"]!.GetValue<string>(), data["createdAt"]!.GetValue<string>());
        created.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{Member("member", "active")}}}}""");

        var member = new MemberClient(fixture.Host.Client, new($"{name}@example.com", user), await fixture.Host.LogInAsync($"{name}@example.com"));
        var listed = await member.SendAsync("GET", "/members");
        Assert.Equal(HttpStatusCode.OK, listed.Status);
        Assert.Contains(Member("member", "active"), listed.Body, StringComparison.Ordinal);
        Assert.Contains(owner.Member.UserId, listed.Body, StringComparison.Ordinal);

        // Of somebody who is a member already no password is needed.
        (await owner.SendAsync("POST", "/members", $$"""{"email":"{{name}}@example.com","role":"admin"}""")).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "active")}}}}""");
        (await owner.SendAsync("DELETE", $"/members/{user}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "revoked")}}}}""");
        (await owner.SendAsync("DELETE", $"/members/{user}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Member("admin", "revoked")}}}}""");
        (await member.SendAsync("GET", "")).AssertError(HttpStatusCode.Unauthorized, "NOT_AUTHENTICATED", "Not authenticated");
        Assert.Equal(owner.Member.UserId, Assert.Single((await owner.DoAsync("GET", "/members")).AsArray())!["userId"]!.GetValue<string>());

        string Member(string role, string status) =>
            $$"""{"userId":"{{user}}","email":"{{name}}@example.com","role":"{{role}}","status":"{{status}}","createdAt":"{{createdAt}}"}""";
    }

    [Fact]
    public async Task What_is_wrong_with_a_member_is_said()
    {
        var owner = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        (await owner.SendAsync("POST", "/members", """{"email":"Ann <ann@example.com>","password":"short","role":"king","name":"Ann"}""")).AssertInvalid(
            "Invalid request body",
            ("email", "invalid_option", "\"email\": must be an e-mail address."),
            ("password", "invalid_option", "\"password\": must be 12 to 256 characters."),
            ("role", "invalid_option", "\"role\": invalid option \"king\". Must be one of: owner, admin, member"),
            ("name", "unknown_parameter", "\"name\": there is no such parameter."));
        (await owner.SendAsync("GET", "/members?limit=201&cursor=x")).AssertInvalid(
            "Invalid query parameters",
            ("limit", "invalid_option", "\"limit\": must be a whole number from 1 to 200."),
            ("cursor", "invalid_option", "\"cursor\": must be the nextCursor of an earlier answer."));
    }

    [Fact]
    public async Task Nothing_is_told_of_users_of_other_organizations()
    {
        var (own, other) = (await fixture.Operator.CreateOrganizationAsync(), await fixture.Operator.CreateOrganizationAsync());
        var owner = await MemberClient.CreateAsync(fixture.Host, own);
        var known = await fixture.Host.CreateMemberAsync(other);
        foreach (var email in (string[])[known.Email, $"{Guid.NewGuid():N}@example.com"])
        {
            (await owner.SendAsync("POST", "/members", $$"""{"email":"{{email}}","role":"member"}""")).AssertInvalid(
                "Invalid request body", ("password", "missing_no_default", "\"password\" is required: no default is configured for this parameter."));

            var added = await owner.DoAsync("POST", "/members", $$"""{"email":"{{email}}","password":"another horse","role":"member"}""", HttpStatusCode.Created);
            Assert.Equal(["userId", "email", "role", "status", "createdAt"], added.AsObject().Select(member => member.Key));
        }

        // Whoever was there keeps the password.
        await fixture.Host.LogInAsync(known.Email);
        var stranger = await fixture.Host.CreateMemberAsync(other);
        foreach (var id in (string[])[stranger.UserId, Guid.NewGuid().ToString(), "x"])
        {
            (await owner.SendAsync("DELETE", $"/members/{id}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Member not found");
        }

        await FindAsync(other, stranger.Email);
    }

    [Fact]
    public async Task The_last_owner_stays_one()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var (owner, second) = (await MemberClient.CreateAsync(fixture.Host, organization), await MemberClient.CreateAsync(fixture.Host, organization));
        await owner.DoAsync("DELETE", $"/members/{second.Member.UserId}");

        (await owner.SendAsync("DELETE", $"/members/{owner.Member.UserId}")).AssertError(HttpStatusCode.Conflict, "CONFLICT", NeedsOwner);
        (await owner.SendAsync("POST", "/members", $$"""{"email":"{{owner.Member.Email}}","role":"admin"}""")).AssertError(HttpStatusCode.Conflict, "CONFLICT", NeedsOwner);
        await owner.DoAsync("POST", "/members", $$"""{"email":"{{owner.Member.Email}}","role":"owner"}""");

        // With another one the first may go.
        await owner.DoAsync("POST", "/members", $$"""{"email":"{{second.Member.Email}}","role":"owner"}""", HttpStatusCode.Created);
        var demoted = await owner.DoAsync("POST", "/members", $$"""{"email":"{{owner.Member.Email}}","role":"member"}""");
        Assert.Equal("member", demoted["role"]!.GetValue<string>());
    }

    [Fact]
    public async Task Of_two_owners_who_remove_each_other_at_once_one_remains()
    {
        for (var round = 0; round < 5; round++)
        {
            var organization = await fixture.Operator.CreateOrganizationAsync();
            var (first, second) = (await MemberClient.CreateAsync(fixture.Host, organization), await MemberClient.CreateAsync(fixture.Host, organization));

            var answers = await Task.WhenAll(
                first.SendAsync("DELETE", $"/members/{second.Member.UserId}"),
                second.SendAsync("POST", "/members", $$"""{"email":"{{first.Member.Email}}","role":"member"}"""));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.Single(answers, answer => answer.Status is HttpStatusCode.Conflict or HttpStatusCode.Unauthorized);
            var members = (await fixture.Operator.DoAsync("GET", $"organizations/{organization}/members")).AsArray();
            Assert.Single(members, member => member!["role"]!.GetValue<string>() == "owner");
        }
    }

    private async Task<JsonNode> FindAsync(string organization, string email) =>
        Assert.Single((await fixture.Operator.DoAsync("GET", $"organizations/{organization}/members")).AsArray(), member => member!["email"]!.GetValue<string>() == email)!;
}

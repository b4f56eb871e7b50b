using System.Net;
using System.Text.Json.Nodes;
using Serverless.Logs.Query;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Members;

/// <summary>The queries that an organization keeps.</summary>
[Trait("Category", "Contract")]
public sealed class OwnQueryTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string NoName = "\"name\" is required: no default is configured for this parameter.";
    private const string Others = "Somebody else saved this query: to change it needs the role admin or owner";

    [Fact]
    public async Task A_member_saves_queries_and_everybody_sees_them_by_name()
    {
        var (member, other) = await CreateTwoAsync();

        var slow = await member.SendAsync("POST", "/queries", """{"name":"slow ones","query":"metadata.ms:>500"}""");
        var errors = await other.SendAsync("POST", "/queries", """{"name":"Errors","query":"level:error OR level:fatal"}""");

        Assert.Matches("^[0-9a-f]{8}$", IdOf(slow));
        slow.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{Shown(slow, "slow ones", "metadata.ms:>500", member)}}}}""");
        errors.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{Shown(errors, "Errors", "level:error OR level:fatal", other)}}}}""");
        foreach (var one in (MemberClient[])[member, other])
        {
            (await one.SendAsync("GET", "/queries")).AssertIs(
                HttpStatusCode.OK,
                $$$"""{"data":[{{{Shown(errors, "Errors", "level:error OR level:fatal", other)}}},{{{Shown(slow, "slow ones", "metadata.ms:>500", member)}}}]}""");
        }
    }

    [Fact]
    public async Task Whoever_saved_a_query_changes_it_and_so_do_admins_and_owners()
    {
        var (member, other) = await CreateTwoAsync();
        var organization = ApiKey.Parse(member.Token, KeyPrefix.Session)!.Account;
        var (admin, owner) = (await MemberClient.CreateAsync(fixture.Host, organization, Roles.Admin), await MemberClient.CreateAsync(fixture.Host, organization, Roles.Owner));
        var saved = await member.SendAsync("POST", "/queries", """{"name":"Mine","query":"a"}""");
        var path = $"/queries/{IdOf(saved)}";

        (await other.SendAsync("PUT", path, """{"name":"Theirs"}""")).AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", Others);
        (await other.SendAsync("DELETE", path)).AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", Others);

        (await member.SendAsync("PUT", path, """{"name":"MINE"}""")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Shown(saved, "MINE", "a", member)}}}}""");
        (await admin.SendAsync("PUT", path, """{"query":"b OR c"}""")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Shown(saved, "MINE", "b OR c", member)}}}}""");
        (await owner.SendAsync("PUT", path, """{"name":"Ours","query":"d"}""")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Shown(saved, "Ours", "d", member)}}}}""");
        (await other.SendAsync("GET", "/queries")).AssertIs(HttpStatusCode.OK, $$$"""{"data":[{{{Shown(saved, "Ours", "d", member)}}}]}""");

        Assert.Equal(HttpStatusCode.NoContent, (await owner.SendAsync("DELETE", path)).Status);
        (await owner.SendAsync("DELETE", path)).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Query not found");
        (await member.SendAsync("PUT", path, "{}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Query not found");
        (await member.SendAsync("GET", "/queries")).AssertIs(HttpStatusCode.OK, """{"data":[]}""");
    }

    [Fact]
    public async Task A_member_deletes_what_they_saved()
    {
        var (member, _) = await CreateTwoAsync();
        var saved = await member.SendAsync("POST", "/queries", """{"name":"Mine","query":"a"}""");

        Assert.Equal(HttpStatusCode.NoContent, (await member.SendAsync("DELETE", $"/queries/{IdOf(saved)}")).Status);

        (await member.SendAsync("GET", "/queries")).AssertIs(HttpStatusCode.OK, """{"data":[]}""");
    }

    [Fact]
    public async Task A_name_is_given_once_in_whatever_case()
    {
        const string Taken = "There is a query of this name already";
        var (member, other) = await CreateTwoAsync();
        await member.SendAsync("POST", "/queries", """{"name":"Ärger","query":"a"}""");
        var second = await member.SendAsync("POST", "/queries", """{"name":"b","query":"a"}""");

        (await other.SendAsync("POST", "/queries", """{"name":"äRGER","query":"b"}""")).AssertError(HttpStatusCode.Conflict, "CONFLICT", Taken);
        (await member.SendAsync("PUT", $"/queries/{IdOf(second)}", """{"name":"ärger"}""")).AssertError(HttpStatusCode.Conflict, "CONFLICT", Taken);

        // Elsewhere it is free.
        var elsewhere = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());
        await elsewhere.DoAsync("POST", "/queries", """{"name":"Ärger","query":"a"}""", HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_is_wrong_with_a_query_is_said_and_where()
    {
        var (member, _) = await CreateTwoAsync();
        var saved = await member.SendAsync("POST", "/queries", """{"name":"a","query":"a"}""");

        (await member.SendAsync("POST", "/queries", """{"title":"x"}""")).AssertInvalid(
            "Invalid request body",
            ("name", "missing_no_default", NoName),
            ("query", "missing_no_default", NoName.Replace("name", "query", StringComparison.Ordinal)),
            ("title", "unknown_parameter", "\"title\": there is no such parameter."));
        (await member.SendAsync("POST", "/queries", $$"""{"name":"{{new string('n', 101)}}","query":"level:error AND (disk"}""")).AssertInvalid(
            "Invalid request body",
            ("name", "invalid_option", "\"name\": must be 1 to 100 printable characters."),
            ("query", "invalid_format", "\"query\": makes no sense at character 17: there is no \")\" for this \"(\"."));
        (await member.SendAsync("PUT", $"/queries/{IdOf(saved)}", """{"name":" ","query":"level:loud"}""")).AssertInvalid(
            "Invalid request body",
            ("name", "invalid_option", "\"name\": must be 1 to 100 printable characters."),
            ("query", "invalid_format", "\"query\": makes no sense at character 7: there is no level \"loud\"; there are debug, info, warn, error, fatal, panic."));
        (await member.SendAsync("GET", "/queries")).AssertIs(HttpStatusCode.OK, $$$"""{"data":[{{{Shown(saved, "a", "a", member)}}}]}""");
    }

    [Fact]
    public async Task The_longest_question_is_the_longest_that_can_be_asked()
    {
        var (member, _) = await CreateTwoAsync();
        Assert.Equal(LogQueryParser.MaxLength, SavedQuery.MaxTextLength);

        var longest = new string('q', SavedQuery.MaxTextLength);
        await member.DoAsync("POST", "/queries", $$"""{"name":"longest","query":"{{longest}}"}""", HttpStatusCode.Created);

        (await member.SendAsync("POST", "/queries", $$"""{"name":"longer","query":"{{longest}}q"}""")).AssertInvalid(
            "Invalid request body", ("query", "invalid_option", "\"query\": must be 1 to 2000 characters."));
    }

    [Fact]
    public async Task Queries_of_other_organizations_are_not_there()
    {
        var (member, _) = await CreateTwoAsync();
        var saved = await member.SendAsync("POST", "/queries", """{"name":"a","query":"a"}""");
        var stranger = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        foreach (var id in (string[])[IdOf(saved), "x", "version"])
        {
            (await stranger.SendAsync("PUT", $"/queries/{id}", "{}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Query not found");
            (await stranger.SendAsync("DELETE", $"/queries/{id}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Query not found");
        }

        (await stranger.SendAsync("GET", "/queries")).AssertIs(HttpStatusCode.OK, """{"data":[]}""");
    }

    private async Task<(MemberClient, MemberClient)> CreateTwoAsync()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        return (await MemberClient.CreateAsync(fixture.Host, organization, Roles.Member), await MemberClient.CreateAsync(fixture.Host, organization, Roles.Member));
    }

    private static string IdOf(LaminaAnswer answer) => JsonNode.Parse(answer.Body)!["data"]!["id"]!.GetValue<string>();

    private static string Shown(LaminaAnswer created, string name, string query, MemberClient by) =>
        $$"""{"id":"{{IdOf(created)}}","name":"{{name}}","query":"{{query}}","createdAt":"{{JsonNode.Parse(created.Body)!["data"]!["createdAt"]!.GetValue<string>()}}","createdBy":"{{by.Member.Email}}"}""";
}

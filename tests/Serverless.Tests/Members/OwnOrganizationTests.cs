using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Members;

/// <summary>The organization and its projects, as members see them.</summary>
[Trait("Category", "Contract")]
public sealed class OwnOrganizationTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Page = "\"pagination\":{\"limit\":50,\"nextCursor\":null}";

    [Fact]
    public async Task A_member_sees_the_plans_and_what_was_used_of_them()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.AcceptAsync(LogEntries.Simple());
        var member = await MemberClient.CreateAsync(fixture.Host, logs.Organization, Roles.Member);
        var organization = (await fixture.Operator.DoAsync("GET", $"organizations/{logs.Organization}")).ToJsonString();
        var usage = await fixture.Operator.DoAsync("GET", $"organizations/{logs.Organization}/usage");
        Assert.True(usage["logs"]!["bytesUsed"]!.GetValue<long>() > 0);

        var answer = await member.SendAsync("GET", "");

        answer.AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{organization[..^1]}}},"usage":{{{usage.ToJsonString()}}}}}""");
    }

    [Fact]
    public async Task An_admin_makes_a_project_and_changes_it_and_everybody_sees_it()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var (admin, member) = (await MemberClient.CreateAsync(fixture.Host, organization, Roles.Admin), await MemberClient.CreateAsync(fixture.Host, organization, Roles.Member));

        var created = await admin.SendAsync("POST", "/projects", """{"name":"Chat"}""");
        var data = (await fixture.Operator.DoAsync("GET", $"organizations/{organization}/projects"))[0]!;
        var id = data["id"]!.GetValue<string>();
        created.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{Project("Chat", "active", 1)}}}}""");
        (await member.SendAsync("GET", $"/projects/{id}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Project("Chat", "active", 1)}}}}""");

        var changed = await admin.SendAsync("PATCH", $"/projects/{id}", """{"name":"Talk","status":"suspended"}""");
        changed.AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Project("Talk", "suspended", 2)}}}}""");
        (await member.SendAsync("GET", "/projects")).AssertIs(HttpStatusCode.OK, $$"""{"data":[{{Project("Talk", "suspended", 2)}}],{{Page}}}""");

        string Project(string name, string status, int version) =>
            $$"""{"id":"{{id}}","name":"{{name}}","status":"{{status}}","cv":{{version}},"createdAt":"{{data["createdAt"]!.GetValue<string>()}}"}""";
    }

    [Fact]
    public async Task Projects_are_listed_page_by_page()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var owner = await MemberClient.CreateAsync(fixture.Host, organization);
        var ids = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            ids.Add((await owner.DoAsync("POST", "/projects", """{"name":"x"}""", HttpStatusCode.Created))["id"]!.GetValue<string>());
        }

        var first = JsonNode.Parse((await owner.SendAsync("GET", "/projects?limit=2")).Body)!;
        var second = await owner.DoAsync("GET", $"/projects?limit=2&cursor={first["pagination"]!["nextCursor"]!.GetValue<string>()}");

        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            first["data"]!.AsArray().Concat(second.AsArray()).Select(project => project!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_is_wrong_with_a_project_is_said()
    {
        var admin = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync(), Roles.Admin);

        (await admin.SendAsync("POST", "/projects", """{"title":"x"}""")).AssertInvalid(
            "Invalid request body",
            ("name", "missing_no_default", "\"name\" is required: no default is configured for this parameter."),
            ("title", "unknown_parameter", "\"title\": there is no such parameter."));

        // The body comes before whether there is such a project.
        (await admin.SendAsync("PATCH", "/projects/prj_0", """{"status":"gone"}""")).AssertInvalid(
            "Invalid request body", ("status", "invalid_option", "\"status\": invalid option \"gone\". Must be one of: active, suspended"));
        (await admin.SendAsync("GET", "/projects?limit=0&page=1")).AssertInvalid(
            "Invalid query parameters",
            ("limit", "invalid_option", "\"limit\": must be a whole number from 1 to 200."),
            ("page", "unknown_parameter", "\"page\": there is no such parameter."));
    }

    [Fact]
    public async Task Projects_of_other_organizations_are_not_there()
    {
        var (own, other) = (await fixture.Operator.CreateOrganizationAsync(), await fixture.Operator.CreateOrganizationAsync());
        var owner = await MemberClient.CreateAsync(fixture.Host, own);
        var project = await fixture.Host.CreateProjectAsync(other);
        foreach (var id in (string[])[project, $"prj_{own}00000000", "x"])
        {
            (await owner.SendAsync("GET", $"/projects/{id}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");
            (await owner.SendAsync("PATCH", $"/projects/{id}", """{"name":"Mine"}""")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");
        }

        (await owner.SendAsync("GET", "/projects")).AssertIs(HttpStatusCode.OK, $$"""{"data":[],{{Page}}}""");
        Assert.Equal("Test", (await fixture.Operator.DoAsync("GET", $"organizations/{other}/projects/{project}"))["name"]!.GetValue<string>());
    }
}

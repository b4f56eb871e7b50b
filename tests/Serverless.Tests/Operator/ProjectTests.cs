using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>Projects, and agents, which are made elsewhere.</summary>
[Trait("Category", "Contract")]
public sealed class ProjectTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private OperatorClient Operator => fixture.Operator;

    [Fact]
    public async Task A_project_is_made_shown_and_changed()
    {
        var organization = await Operator.CreateOrganizationAsync();
        var path = $"organizations/{organization}/projects";
        var created = await Operator.SendAsync("POST", path, """{"name":"Chat"}""");
        var id = created.Json["data"]!["id"]!.GetValue<string>();
        var createdAt = created.Json["data"]!["createdAt"]!.GetValue<string>();
        Assert.StartsWith("prj_" + organization, id, StringComparison.Ordinal);
        Assert.Equal(24, id.Length);
        created.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{Project("Chat", "active", 1)}}}}""");
        (await Operator.SendAsync("GET", $"{path}/{id}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Project("Chat", "active", 1)}}}}""");

        (await Operator.SendAsync("PATCH", $"{path}/{id}", """{"name":"Chat 2"}""")).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":{{{Project("Chat 2", "active", 2)}}}}""");
        (await Operator.SendAsync("PATCH", $"{path}/{id}", """{"status":"suspended"}""")).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":{{{Project("Chat 2", "suspended", 3)}}}}""");
        (await Operator.SendAsync("PATCH", $"{path}/{id}", """{"name":"Chat 2"}""")).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":{{{Project("Chat 2", "suspended", 3)}}}}""");
        (await Operator.SendAsync("GET", path)).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":[{{{Project("Chat 2", "suspended", 3)}}}],"pagination":{"limit":50,"nextCursor":null}}""");

        string Project(string name, string status, int version) =>
            $$"""{"id":"{{id}}","name":"{{name}}","status":"{{status}}","cv":{{version}},"createdAt":"{{createdAt}}"}""";
    }

    [Fact]
    public async Task Projects_are_listed_page_by_page()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/projects";
        for (var number = 0; number < 5; number++)
        {
            await Operator.CreateAsync(path, $$"""{"name":"{{number}}"}""");
        }

        var (items, pages) = await Operator.ListAsync(path + "?limit=2");
        Assert.Equal(3, pages);
        Assert.Equal(["0", "1", "2", "3", "4"], items.Select(item => item["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_project_is_found_in_its_own_organization_alone()
    {
        var one = await Operator.CreateOrganizationAsync();
        var other = await Operator.CreateOrganizationAsync();
        var project = (await Operator.CreateAsync($"organizations/{one}/projects", """{"name":"x"}"""))["id"]!.GetValue<string>();
        foreach (var path in new[] { $"{other}/projects/{project}", $"{one}/projects/prj_{one}00000000", $"{one}/projects/x" })
        {
            (await Operator.SendAsync("GET", "organizations/" + path)).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");
            (await Operator.SendAsync("PATCH", "organizations/" + path, "{}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");
        }
    }

    [Fact]
    public async Task What_is_wrong_with_a_project_is_said()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/projects";
        (await Operator.SendAsync("POST", path, """{"name":" ","cv":2}""")).AssertInvalid(
            "Invalid request body",
            ("name", "invalid_option", "\"name\": must be 1 to 100 printable characters."),
            ("cv", "unknown_parameter", "\"cv\": there is no such parameter."));
    }
}

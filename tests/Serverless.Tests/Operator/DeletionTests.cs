using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Members;

namespace Serverless.Tests.Operator;

/// <summary>Organizations and projects that are deleted: gone for everybody from the answer on.</summary>
[Trait("Category", "Contract")]
public sealed class DeletionTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private OperatorClient Operator => fixture.Operator;

    [Fact]
    public async Task An_organization_is_deleted_and_how_far_that_is_can_be_asked()
    {
        var organization = await Operator.CreateOrganizationAsync();
        var path = $"organizations/{organization}";

        var deleted = await Operator.SendAsync("DELETE", path);

        var beganAt = deleted.Json["data"]!["beganAt"]!.GetValue<string>();
        var expected = $$$"""{"data":{"id":"{{{organization}}}","status":"erasing","rowsRemoved":0,"beganAt":"{{{beganAt}}}","endedAt":null}}""";
        deleted.AssertIs(HttpStatusCode.Accepted, expected);
        (await Operator.SendAsync("GET", path)).AssertIs(HttpStatusCode.Accepted, expected);
        (await Operator.SendAsync("DELETE", path)).AssertIs(HttpStatusCode.Accepted, expected);
    }

    [Fact]
    public async Task Nobody_finds_anything_of_a_deleted_organization()
    {
        var organization = await Operator.CreateOrganizationAsync();
        var project = await fixture.Host.CreateProjectAsync(organization);
        var member = await MemberClient.CreateAsync(fixture.Host, organization);
        var (log, run) = (await fixture.Host.CreateKeyAsync(organization, KeyPrefix.LuminaLog), await fixture.Host.CreateKeyAsync(organization, KeyPrefix.Lamina));
        var trace = await fixture.Host.CreateKeyAsync(organization, KeyPrefix.LumiqTrace, new KeyOptions { Project = project });
        var key = (await Operator.DoAsync("GET", $"organizations/{organization}/keys"))[0]!["id"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.OK, (await new LaminaClient(fixture.Host.Client, run).GetAsync("/v1/runs")).Status);

        await Operator.DoAsync("DELETE", $"organizations/{organization}", status: HttpStatusCode.Accepted);

        Assert.Equal(HttpStatusCode.Unauthorized, (await new LaminaClient(fixture.Host.Client, run).GetAsync("/v1/runs")).Status);
        using (var answer = await new LogClient(fixture.Host.Client, log).PostAsync(new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple()) }.ToJsonString()))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using (var answer = await new TraceClient(fixture.Host.Client, trace, project).PostAsync(TraceEvents.Lines(1)))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await member.SendAsync("GET", "")).Status);
        foreach (var (method, path, what) in (IEnumerable<(string, string, string)>)
        [
            ("PATCH", "", "Organization"), ("GET", "/usage", "Organization"), ("GET", "/projects", "Organization"), ("GET", "/members", "Organization"), ("GET", "/keys", "Organization"),
            ("GET", $"/projects/{project}", "Project"), ("PATCH", $"/projects/{project}", "Project"), ("DELETE", $"/projects/{project}", "Project"),
            ("DELETE", $"/keys/{key}", "Key"), ("POST", $"/keys/{key}/rotate", "Key"), ("DELETE", $"/members/{member.Member.UserId}", "Member"),
        ])
        {
            (await Operator.SendAsync(method, $"organizations/{organization}{path}", method is "PATCH" or "POST" ? "{}" : null))
                .AssertError(HttpStatusCode.NotFound, "NOT_FOUND", $"{what} not found");
        }

        var (listed, _) = await Operator.ListAsync("organizations?limit=200");
        Assert.DoesNotContain(organization, listed.Select(item => item["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_project_is_deleted_with_its_keys_and_the_rest_stays()
    {
        var organization = await Operator.CreateOrganizationAsync();
        var (trace, other) = (await TraceClient.AddAsync(fixture.Host, organization), await TraceClient.AddAsync(fixture.Host, organization));
        var path = $"organizations/{organization}/projects/{trace.Project}";

        var deleted = await Operator.SendAsync("DELETE", path);

        var beganAt = deleted.Json["data"]!["beganAt"]!.GetValue<string>();
        var expected = $$$"""{"data":{"id":"{{{trace.Project}}}","status":"erasing","rowsRemoved":0,"beganAt":"{{{beganAt}}}","endedAt":null}}""";
        deleted.AssertIs(HttpStatusCode.Accepted, expected);
        (await Operator.SendAsync("GET", path)).AssertIs(HttpStatusCode.Accepted, expected);
        (await Operator.SendAsync("DELETE", path)).AssertIs(HttpStatusCode.Accepted, expected);
        (await Operator.SendAsync("PATCH", path, """{"name":"x"}""")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");
        Assert.Equal(other.Project, Assert.Single((await Operator.DoAsync("GET", $"organizations/{organization}/projects")).AsArray())!["id"]!.GetValue<string>());
        using var refused = await trace.PostAsync(TraceEvents.Lines(1));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var accepted = await other.PostAsync(TraceEvents.Lines(1));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    [Fact]
    public async Task An_owner_deletes_a_project_of_the_organization()
    {
        var organization = await Operator.CreateOrganizationAsync();
        var project = await fixture.Host.CreateProjectAsync(organization);
        var (owner, other) = (await MemberClient.CreateAsync(fixture.Host, organization), await MemberClient.CreateAsync(fixture.Host, await Operator.CreateOrganizationAsync()));
        (await other.SendAsync("DELETE", $"/projects/{project}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");

        var deleted = await owner.SendAsync("DELETE", $"/projects/{project}");

        Assert.Equal(HttpStatusCode.Accepted, deleted.Status);
        (await owner.SendAsync("GET", $"/projects/{project}")).AssertIs(HttpStatusCode.Accepted, deleted.Body);
        Assert.Empty((await owner.DoAsync("GET", "/projects")).AsArray());
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_deleted()
    {
        var organization = await Operator.CreateOrganizationAsync();
        foreach (var unknown in (string[])["000000000000", "x"])
        {
            (await Operator.SendAsync("DELETE", $"organizations/{unknown}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
        }

        foreach (var unknown in (string[])[$"prj_{organization}00000000", "prj_00000000000000000000", "x"])
        {
            (await Operator.SendAsync("DELETE", $"organizations/{organization}/projects/{unknown}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");
        }
    }
}

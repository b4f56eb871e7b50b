using System.Net;
using Serverless.Redaction;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Members;

/// <summary>What an organization and its projects have taken out of their records, as members say and see it.</summary>
[Trait("Category", "Contract")]
public sealed class OwnRedactionTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Nothing = """{"emails":false,"cards":false,"addresses":false,"keys":[]}""";
    private const string Rules = """{"emails":true,"cards":true,"addresses":false,"keys":["password","ssn"]}""";

    [Fact]
    public async Task An_admin_sets_it_and_everybody_sees_it()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var (admin, member) = (await MemberClient.CreateAsync(fixture.Host, organization, Roles.Admin), await MemberClient.CreateAsync(fixture.Host, organization, Roles.Member));
        (await member.SendAsync("GET", "/redaction")).AssertIs(HttpStatusCode.OK, $$"""{"data":{{Nothing}}}""");

        (await admin.SendAsync("PUT", "/redaction", Rules)).AssertIs(HttpStatusCode.OK, $$"""{"data":{{Rules}}}""");
        (await member.SendAsync("GET", "/redaction")).AssertIs(HttpStatusCode.OK, $$"""{"data":{{Rules}}}""");
        (await fixture.Operator.SendAsync("GET", $"organizations/{organization}/redaction")).AssertIs(HttpStatusCode.OK, $$"""{"data":{{Rules}}}""");

        // What is not given is off, and a name that is given twice counts once.
        (await admin.SendAsync("PUT", "/redaction", """{"keys":["a","A"]}""")).AssertIs(
            HttpStatusCode.OK, """{"data":{"emails":false,"cards":false,"addresses":false,"keys":["a"]}}""");
        (await admin.SendAsync("PUT", "/redaction", "{}")).AssertIs(HttpStatusCode.OK, $$"""{"data":{{Nothing}}}""");
        (await member.SendAsync("PUT", "/redaction", Rules)).AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "This needs the role admin or owner");
    }

    [Fact]
    public async Task A_project_adds_to_its_organization()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var project = await fixture.Host.CreateProjectAsync(organization);
        var owner = await MemberClient.CreateAsync(fixture.Host, organization);
        const string Own = """{"emails":false,"cards":false,"addresses":true,"keys":["PASSWORD","token"]}""";
        await owner.DoAsync("PUT", "/redaction", Rules);

        var expected = "{\"data\":" + Own[..^1] + """
            ,"effective":{"emails":true,"cards":true,"addresses":true,"keys":["password","ssn","token"]}}}
            """;
        (await owner.SendAsync("PUT", $"/projects/{project}/redaction", Own)).AssertIs(HttpStatusCode.OK, expected);
        (await owner.SendAsync("GET", $"/projects/{project}/redaction")).AssertIs(HttpStatusCode.OK, expected);
        (await fixture.Operator.SendAsync("GET", $"organizations/{organization}/projects/{project}/redaction")).AssertIs(HttpStatusCode.OK, expected);

        // It is a part of the project's configuration, and stays when something else of that changes.
        var changed = await owner.DoAsync("PATCH", $"/projects/{project}", """{"name":"Other"}""");
        Assert.Equal(3, changed["cv"]!.GetValue<int>());
        (await fixture.Operator.SendAsync("PUT", $"organizations/{organization}/projects/{project}/redaction", Own)).AssertIs(HttpStatusCode.OK, expected);
        Assert.Equal(3, (await owner.DoAsync("GET", $"/projects/{project}"))["cv"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_is_wrong_with_it_is_said()
    {
        var admin = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync(), Roles.Admin);
        var names = Enumerable.Range(0, RedactionRules.MaxKeys + 1).Select(number => $"\"{number}\"").ToList();
        var longest = new string('x', RedactionRules.MaxKeyLength);

        Assert.Equal(HttpStatusCode.OK, (await admin.SendAsync("PUT", "/redaction", $$"""{"keys":["{{longest}}",{{string.Join(',', names[2..])}}]}""")).Status);
        foreach (var wrong in (string[])["""{"mails":true}""", """{"emails":1}""", """{"keys":"a"}""", """{"keys":[""]}""", $$"""{"keys":["{{longest}}x"]}""", $$"""{"keys":[{{string.Join(',', names)}}]}""", """{"keys":["a\nb"]}"""])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await admin.SendAsync("PUT", "/redaction", wrong)).Status);
        }
    }

    [Fact]
    public async Task That_of_others_is_not_there()
    {
        var owner = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());
        var other = await fixture.Operator.CreateOrganizationAsync();
        var project = await fixture.Host.CreateProjectAsync(other);
        foreach (var id in (string[])[project, "x"])
        {
            (await owner.SendAsync("GET", $"/projects/{id}/redaction")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");
            (await owner.SendAsync("PUT", $"/projects/{id}/redaction", Rules)).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Project not found");
        }

        (await fixture.Operator.SendAsync("GET", "organizations/000000000000/redaction")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
    }
}

using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>Organizations, their plans and what they have used.</summary>
[Trait("Category", "Contract")]
public sealed class OrganizationTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private OperatorClient Operator => fixture.Operator;

    [Fact]
    public async Task An_organization_is_made_shown_and_changed()
    {
        var created = await Operator.SendAsync("POST", "organizations", """{"name":"Acme","logPlan":"compliance","tracePlan":"Team"}""");
        var id = created.Json["data"]!["id"]!.GetValue<string>();
        var createdAt = created.Json["data"]!["createdAt"]!.GetValue<string>();
        Assert.Matches("^[0-9a-f]{12}$", id);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$", createdAt);
        var expected = $$$"""{"data":{"id":"{{{id}}}","name":"Acme","status":"active","logPlan":"Compliance","tracePlan":"Team","createdAt":"{{{createdAt}}}"}}""";
        created.AssertIs(HttpStatusCode.Created, expected);
        (await Operator.SendAsync("GET", "organizations/" + id)).AssertIs(HttpStatusCode.OK, expected);

        var changed = await Operator.SendAsync(
            "PATCH", "organizations/" + id, """{"name":"Acme \"2\" ü","status":"suspended","logPlan":"Scale","tracePlan":"Free"}""");
        expected = $$$"""{"data":{"id":"{{{id}}}","name":"Acme \"2\" ü","status":"suspended","logPlan":"Scale","tracePlan":"Free","createdAt":"{{{createdAt}}}"}}""";
        changed.AssertIs(HttpStatusCode.OK, expected);
        (await Operator.SendAsync("PATCH", "organizations/" + id, "{}")).AssertIs(HttpStatusCode.OK, expected);
        (await Operator.SendAsync("GET", "organizations/" + id)).AssertIs(HttpStatusCode.OK, expected);
    }

    [Fact]
    public async Task Plans_have_defaults()
    {
        var created = await Operator.CreateAsync("organizations", """{"name":"Acme","logPlan":null}""");
        Assert.Equal("Indie", created["logPlan"]!.GetValue<string>());
        Assert.Equal("Free", created["tracePlan"]!.GetValue<string>());
    }

    [Fact]
    public async Task All_problems_are_named_at_once()
    {
        (await Operator.SendAsync("POST", "organizations", """{"logPlan":"Gold","tracePlan":7,"colour":"red"}""")).AssertInvalid(
            "Invalid request body",
            ("name", "missing_no_default", "\"name\" is required: no default is configured for this parameter."),
            ("logPlan", "invalid_option", "\"logPlan\": invalid option \"Gold\". Must be one of: Indie, Bootstrapper, Compliance, Scale"),
            ("tracePlan", "invalid_type", "\"tracePlan\": must be a string."),
            ("colour", "unknown_parameter", "\"colour\": there is no such parameter."));
        (await Operator.SendAsync("PATCH", "organizations/0123456789ab", """{"name":1,"status":"revoked"}""")).AssertInvalid(
            "Invalid request body",
            ("name", "invalid_type", "\"name\": must be a string."),
            ("status", "invalid_option", "\"status\": invalid option \"revoked\". Must be one of: active, suspended"));
        Assert.Equal(HttpStatusCode.Created, (await Operator.SendAsync("POST", "organizations", $$"""{"name":"{{string.Concat(Enumerable.Repeat("😀", 100))}}"}""")).Status);
        (await Operator.SendAsync("POST", "organizations", $$"""{"name":"{{string.Concat(Enumerable.Repeat("😀", 101))}}"}""")).AssertInvalid(
            "Invalid request body", ("name", "invalid_option", "\"name\": must be 1 to 100 printable characters."));
        (await Operator.SendAsync("POST", "organizations")).AssertInvalid(
            "Invalid request body", ("name", "missing_no_default", "\"name\" is required: no default is configured for this parameter."));
    }

    [Theory]
    [InlineData("0123456789ab")]
    [InlineData("0123456789AB")]
    [InlineData("user-0123456789ab")]
    [InlineData("%2F%23%3F")]
    [InlineData("x")]
    public async Task An_unknown_organization_is_not_found(string id)
    {
        foreach (var (method, path) in new[] { ("GET", ""), ("PATCH", ""), ("GET", "/usage"), ("GET", "/projects"), ("GET", "/members"), ("GET", "/keys") })
        {
            (await Operator.SendAsync(method, $"organizations/{id}{path}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
        }

        (await Operator.SendAsync("POST", $"organizations/{id}/projects", """{"name":"x"}""")).AssertError(
            HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
        (await Operator.SendAsync("POST", $"organizations/{id}/keys", """{"prefix":"ll_","name":"x"}""")).AssertError(
            HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
        (await Operator.SendAsync("POST", $"organizations/{id}/members", """{"email":"nobody@example.com","password":"correct horse","role":"owner"}"""))
            .AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
    }

    [Fact]
    public async Task What_a_list_is_asked_is_checked()
    {
        (await Operator.SendAsync("GET", "organizations?limit=201&cursor=!&page=2")).AssertInvalid(
            "Invalid query parameters",
            ("limit", "invalid_option", "\"limit\": must be a whole number from 1 to 200."),
            ("cursor", "invalid_option", "\"cursor\": must be the nextCursor of an earlier answer."),
            ("page", "unknown_parameter", "\"page\": there is no such parameter."));
        (await Operator.SendAsync("GET", "organizations?limit=0")).AssertInvalid(
            "Invalid query parameters", ("limit", "invalid_option", "\"limit\": must be a whole number from 1 to 200."));
    }

    [Fact]
    public async Task The_month_s_usage_stands_against_the_plan()
    {
        var id = await Operator.CreateOrganizationAsync("Bootstrapper");
        var month = DateTimeOffset.UtcNow.ToString("yyyy-MM");
        (await Operator.SendAsync("GET", $"organizations/{id}/usage")).AssertIs(HttpStatusCode.OK, Usage(0));

        var key = (await Operator.CreateAsync($"organizations/{id}/keys", """{"prefix":"ll_","name":"x"}"""))["key"]!.GetValue<string>();
        var answer = await new LogClient(fixture.Host.Client, key).AcceptAsync(LogEntries.Simple());
        (await Operator.SendAsync("GET", $"organizations/{id}/usage")).AssertIs(HttpStatusCode.OK, Usage(answer["bytes_used"]!.GetValue<long>()));

        string Usage(long bytes) =>
            $$$$"""{"data":{"organization":"{{{{id}}}}","month":"{{{{month}}}}","logs":{"plan":"Bootstrapper","bytesUsed":{{{{bytes}}}},"bytesPerMonth":10737418240},"traces":{"plan":"Free","eventsUsed":0,"eventsPerMonth":10000,"stepsUsed":0,"stepsPerMonth":100000}}}""";
    }
}

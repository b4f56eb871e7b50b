using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Members;

/// <summary>The keys of an organization, as its members see and make them.</summary>
[Trait("Category", "Contract")]
public sealed class OwnKeyTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task A_key_is_shown_once_and_listed_with_its_scopes()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var (admin, member) = (await MemberClient.CreateAsync(fixture.Host, organization, Roles.Admin), await MemberClient.CreateAsync(fixture.Host, organization, Roles.Member));
        var project = await fixture.Host.CreateProjectAsync(organization);

        var created = await admin.SendAsync(
            "POST", "/keys", $$"""{"prefix":"lqt_","name":"CI","scopes":["ingest","read:all"],"project":"{{project}}","requestsPerMinute":7,"expiresAt":"2999-01-01T00:00:00Z"}""");
        var data = JsonNode.Parse(created.Body)!["data"]!;
        var (id, text, createdAt) = (data["id"]!.GetValue<string>(), data["key"]!.GetValue<string>(), data["createdAt"]!.GetValue<string>());
        Assert.Equal(organization, ApiKey.Parse(text, "lqt_")!.Account);
        created.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{Shown("active")}}},"key":"{{{text}}}"}}""");
        var listed = $$"""{{Shown("active")}},"lastUsedAt":null,"usesByDay":{{NeverUsed}}}""";
        (await member.SendAsync("GET", "/keys")).AssertIs(HttpStatusCode.OK, $$$"""{"data":[{{{listed}}}],"pagination":{"limit":50,"nextCursor":null}}""");

        (await admin.SendAsync("DELETE", $"/keys/{id}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Shown("revoked")}}}}}""");
        (await admin.SendAsync("DELETE", $"/keys/{id}")).AssertIs(HttpStatusCode.OK, $$$"""{"data":{{{Shown("revoked")}}}}}""");
        (await admin.SendAsync("POST", $"/keys/{id}/rotate")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Valid key not found");

        string Shown(string status) =>
            $$"""{"id":"{{id}}","prefix":"lqt_","name":"CI","status":"{{status}}","scopes":["ingest","read:all"],"project":"{{project}}","requestsPerMinute":7,"expiresAt":"2999-01-01T00:00:00Z","replacedBy":null,"createdAt":"{{createdAt}}"}"""[..^1];
    }

    [Fact]
    public async Task A_key_tells_when_it_was_used_last_and_how_often_by_day()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var member = await MemberClient.CreateAsync(fixture.Host, organization, Roles.Member);
        var logs = new LogClient(fixture.Host.Client, await fixture.Host.CreateKeyAsync(organization, KeyPrefix.LuminaLog));
        var traces = await TraceClient.AddAsync(fixture.Host, organization);
        var runs = new LaminaClient(fixture.Host.Client, await fixture.Host.CreateKeyAsync(organization, KeyPrefix.Lamina));
        var before = DateTimeOffset.UtcNow;

        // Whatever came of a request that was let in, it is a use.
        await logs.AcceptAsync(LogEntries.Simple());
        await logs.ReadAsync();
        using (var refused = await logs.PostAsync("[]"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using (var accepted = await traces.PostAsync(TraceEvents.Simple().ToJsonString()))
        {
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(HttpStatusCode.OK, (await runs.GetAsync("/v1/apps")).Status);
        }

        var keys = (await member.DoAsync("GET", "/keys")).AsArray().ToDictionary(key => key!["prefix"]!.GetValue<string>(), key => key!, StringComparer.Ordinal);

        Assert.Equal((3, 1, 3), (Count(keys["ll_"]), Count(keys["lqt_"]), Count(keys["lma_"])));
        Assert.All(keys.Values, key => Assert.InRange(key["lastUsedAt"]!.GetValue<DateTimeOffset>(), before.AddSeconds(-2), DateTimeOffset.UtcNow.AddSeconds(2)));
        Assert.All(keys.Values, key => Assert.Equal(30, key["usesByDay"]!.AsArray().Count));
        Assert.All((await fixture.Operator.DoAsync("GET", $"organizations/{organization}/keys")).AsArray(), key => Assert.Null(key!["lastUsedAt"] ?? key["usesByDay"]));

        // Another key in its place was never used.
        var rotated = await (await MemberClient.CreateAsync(fixture.Host, organization)).DoAsync("POST", $"/keys/{keys["ll_"]["id"]}/rotate", status: HttpStatusCode.Created);
        var fresh = Assert.Single((await member.DoAsync("GET", "/keys?prefix=ll_")).AsArray(), key => key!["id"]!.GetValue<string>() == rotated["id"]!.GetValue<string>())!;
        Assert.Null(fresh["lastUsedAt"]);
        Assert.Equal(0, Count(fresh));

        static int Count(JsonNode key) => key["usesByDay"]!.AsArray().Sum(day => day!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_rotated_key_works_on_for_a_day_unless_told_otherwise()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var admin = await MemberClient.CreateAsync(fixture.Host, organization, Roles.Admin);
        var old = await admin.DoAsync("POST", "/keys", """{"prefix":"ll_","name":"x"}""", HttpStatusCode.Created);

        var first = await admin.DoAsync("POST", $"/keys/{old["id"]}/rotate", status: HttpStatusCode.Created);
        var second = await admin.DoAsync("POST", $"/keys/{first["id"]}/rotate", """{"graceSeconds":0}""", HttpStatusCode.Created);

        var keys = (await admin.DoAsync("GET", "/keys")).AsArray().ToDictionary(key => key!["id"]!.GetValue<string>(), key => key!, StringComparer.Ordinal);
        var ends = keys[old["id"]!.GetValue<string>()]["expiresAt"]!.GetValue<DateTimeOffset>() - DateTimeOffset.UtcNow;
        Assert.InRange(ends.TotalHours, 23.9, 24.01);
        Assert.Equal(
            [(first["id"]!.GetValue<string>(), "active"), (second["id"]!.GetValue<string>(), "revoked"), (null, "active")],
            ((JsonNode[])[old, first, second]).Select(key => keys[key["id"]!.GetValue<string>()]).Select(key => (key["replacedBy"]?.GetValue<string>(), key["status"]!.GetValue<string>())));
        await new LogClient(fixture.Host.Client, old["key"]!.GetValue<string>()).AcceptAsync(LogEntries.Simple());
        await new LogClient(fixture.Host.Client, second["key"]!.GetValue<string>()).AcceptAsync(LogEntries.Simple());
        using var refused = await new LogClient(fixture.Host.Client, first["key"]!.GetValue<string>()).PostAsync("""{"logs":[]}""");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task What_is_wrong_with_a_key_is_said()
    {
        var admin = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync(), Roles.Admin);
        var others = await fixture.Host.CreateProjectAsync(await fixture.Operator.CreateOrganizationAsync());

        (await admin.SendAsync("POST", "/keys", $$"""{"prefix":"lqs_","scopes":["a b"],"project":"{{others}}"}""")).AssertInvalid(
            "Invalid request body",
            ("prefix", "invalid_option", "\"prefix\": invalid option \"lqs_\". Must be one of: ll_, lqt_, lma_"),
            ("name", "missing_no_default", "\"name\" is required: no default is configured for this parameter."),
            ("scopes", "invalid_option", "\"scopes\": must be at most 16 words of 1 to 64 letters, digits and : . _ -."),
            ("project", "invalid_option", "\"project\": must be a project of the organization."));
        (await admin.SendAsync("GET", "/keys?prefix=lqs_")).AssertInvalid(
            "Invalid query parameters", ("prefix", "invalid_option", "\"prefix\": invalid option \"lqs_\". Must be one of: ll_, lqt_, lma_"));
        (await admin.SendAsync("POST", "/keys/x/rotate", """{"graceSeconds":2592001}""")).AssertInvalid(
            "Invalid request body", ("graceSeconds", "invalid_option", "\"graceSeconds\": must be a whole number from 0 to 2592000."));
    }

    [Fact]
    public async Task Keys_of_other_organizations_and_sessions_are_not_there()
    {
        var other = await fixture.Operator.CreateOrganizationAsync();
        var owner = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());
        var key = ApiKey.Parse(await fixture.Host.CreateKeyAsync(other, KeyPrefix.LuminaLog), KeyPrefix.LuminaLog)!;
        foreach (var id in (string[])[key.Id, ApiKey.Parse(owner.Token, KeyPrefix.Session)!.Id, "x"])
        {
            (await owner.SendAsync("DELETE", $"/keys/{id}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Key not found");
            (await owner.SendAsync("POST", $"/keys/{id}/rotate")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Key not found");
        }

        (await owner.SendAsync("GET", "/keys")).AssertIs(HttpStatusCode.OK, """{"data":[],"pagination":{"limit":50,"nextCursor":null}}""");
        await new LogClient(fixture.Host.Client, key.Reveal()).AcceptAsync(LogEntries.Simple());
    }

    private static string NeverUsed =>
        $"[{string.Join(',', Enumerable.Range(-29, 30).Select(days => $$"""{"date":"{{DateTime.UtcNow.AddDays(days):yyyy-MM-dd}}","count":0}"""))}]";
}

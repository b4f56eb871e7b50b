using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>Keys, from the operator's side and from their holders'.</summary>
[Trait("Category", "Contract")]
public sealed class KeyTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private OperatorClient Operator => fixture.Operator;

    [Fact]
    public async Task A_key_is_shown_once()
    {
        var organization = await Operator.CreateOrganizationAsync();
        var path = $"organizations/{organization}/keys";
        var project = (await Operator.CreateAsync($"organizations/{organization}/projects", """{"name":"x"}"""))["id"]!.GetValue<string>();
        var created = await Operator.SendAsync(
            "POST",
            path,
            $$"""{"prefix":"lqt_","name":"CI","scopes":["ingest","ingest","read:all"],"project":"{{project}}","requestsPerMinute":7,"expiresAt":"2999-01-01T01:00:00+01:00"}""");
        var data = created.Json["data"]!;
        var (id, text, createdAt) = (data["id"]!.GetValue<string>(), data["key"]!.GetValue<string>(), data["createdAt"]!.GetValue<string>());
        Assert.NotNull(ApiKey.Parse(text, "lqt_"));
        Assert.Equal(organization + id, text.Substring(4, 20));
        var shown = $$"""{"id":"{{id}}","prefix":"lqt_","name":"CI","status":"active","scopes":["ingest","read:all"],"project":"{{project}}","requestsPerMinute":7,"expiresAt":"2999-01-01T00:00:00Z","replacedBy":null,"createdAt":"{{createdAt}}"}""";
        created.AssertIs(HttpStatusCode.Created, $$$"""{"data":{{{shown[..^1]}}},"key":"{{{text}}}"}}""");
        (await Operator.SendAsync("GET", path)).AssertIs(
            HttpStatusCode.OK, $$$"""{"data":[{{{shown}}}],"pagination":{"limit":50,"nextCursor":null}}""");
    }

    [Fact]
    public async Task Keys_are_listed_by_prefix_and_sessions_are_not()
    {
        var organization = await Operator.CreateOrganizationAsync();
        var path = $"organizations/{organization}/keys";
        foreach (var prefix in new[] { "ll_", "ll_", "ll_", "lma_" })
        {
            await Operator.CreateAsync(path, $$"""{"prefix":"{{prefix}}","name":"x"}""");
        }

        var session = await fixture.Host.LogInAsync((await fixture.Host.CreateMemberAsync(organization)).Email);

        Assert.Equal((4, 1), Count(await Operator.ListAsync(path)));
        Assert.Equal((3, 2), Count(await Operator.ListAsync(path + "?prefix=ll_&limit=2")));
        Assert.Equal((1, 1), Count(await Operator.ListAsync(path + "?prefix=lma_")));
        (await Operator.SendAsync("GET", path + "?prefix=lqs_")).AssertInvalid(
            "Invalid query parameters", ("prefix", "invalid_option", "\"prefix\": invalid option \"lqs_\". Must be one of: ll_, lqt_, lma_"));
        (await Operator.SendAsync("DELETE", $"{path}/{ApiKey.Parse(session, KeyPrefix.Session)!.Id}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Key not found");

        static (int, int) Count((IReadOnlyList<JsonNode> Items, int Pages) list) => (list.Items.Count, list.Pages);
    }

    [Fact]
    public async Task What_is_wrong_with_a_key_is_said()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/keys";
        (await Operator.SendAsync(
            "POST",
            path,
            """{"prefix":"lqs_","scopes":["a b"],"project":"prj_0","requestsPerMinute":0,"expiresAt":"2020-01-01T00:00:00Z","key":"x"}""")).AssertInvalid(
            "Invalid request body",
            ("prefix", "invalid_option", "\"prefix\": invalid option \"lqs_\". Must be one of: ll_, lqt_, lma_"),
            ("name", "missing_no_default", "\"name\" is required: no default is configured for this parameter."),
            ("scopes", "invalid_option", "\"scopes\": must be at most 16 words of 1 to 64 letters, digits and : . _ -."),
            ("project", "invalid_option", "\"project\": must be a project of the organization."),
            ("requestsPerMinute", "invalid_option", "\"requestsPerMinute\": must be a whole number from 1 to 1000000."),
            ("expiresAt", "invalid_option", "\"expiresAt\": must be an ISO 8601 time in the future, such as 2030-01-26T14:30:00Z."),
            ("key", "unknown_parameter", "\"key\": there is no such parameter."));
        (await Operator.SendAsync("POST", path, """{"prefix":"lqt_","name":"x","scopes":"all","requestsPerMinute":"1","expiresAt":5}""")).AssertInvalid(
            "Invalid request body",
            ("scopes", "invalid_type", "\"scopes\": must be an array of strings."),
            ("project", "missing_no_default", "\"project\" is required: no default is configured for this parameter."),
            ("requestsPerMinute", "invalid_type", "\"requestsPerMinute\": must be a number."),
            ("expiresAt", "invalid_type", "\"expiresAt\": must be a string."));
    }

    [Fact]
    public async Task A_key_s_own_limit_holds()
    {
        var organization = await Operator.CreateOrganizationAsync();
        var key = await Operator.CreateAsync($"organizations/{organization}/keys", """{"prefix":"ll_","name":"x","requestsPerMinute":2}""");
        var logs = Client(key);
        await logs.AcceptAsync(LogEntries.Simple());
        await logs.AcceptAsync(LogEntries.Simple());
        using var response = await logs.PostAsync("""{"logs":[]}""");
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("2", response.Headers.GetValues("X-RateLimit-Limit").Single());
    }

    [Fact]
    public async Task A_revoked_key_stays_listed()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/keys";
        var key = await Operator.CreateAsync(path, """{"prefix":"ll_","name":"x"}""");
        await Client(key).AcceptAsync(LogEntries.Simple());

        var first = await Operator.SendAsync("DELETE", $"{path}/{key["id"]}");
        Assert.Equal("revoked", first.Json["data"]!["status"]!.GetValue<string>());
        Assert.Null(first.Json["data"]!["key"]);
        (await Operator.SendAsync("DELETE", $"{path}/{key["id"]}")).AssertIs(HttpStatusCode.OK, first.Body);
        using var response = await Client(key).PostAsync("""{"logs":[]}""");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("revoked", Assert.Single((await Operator.ListAsync(path)).Items)["status"]!.GetValue<string>());
        (await Operator.SendAsync("POST", $"{path}/{key["id"]}/rotate")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Valid key not found");
    }

    [Fact]
    public async Task An_unknown_key_is_not_found()
    {
        var organization = await Operator.CreateOrganizationAsync();
        foreach (var key in new[] { "00000000", "x", "0000000G" })
        {
            (await Operator.SendAsync("DELETE", $"organizations/{organization}/keys/{key}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Key not found");
            (await Operator.SendAsync("POST", $"organizations/{organization}/keys/{key}/rotate")).AssertError(
                HttpStatusCode.NotFound, "NOT_FOUND", "Key not found");
        }

        (await Operator.SendAsync("POST", $"organizations/{organization}/keys/x/rotate", """{"graceSeconds":2592001}""")).AssertInvalid(
            "Invalid request body", ("graceSeconds", "invalid_option", "\"graceSeconds\": must be a whole number from 0 to 2592000."));
    }

    [Fact]
    public async Task Of_two_rotations_at_once_one_succeeds()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/keys";
        var key = await Operator.CreateAsync(path, """{"prefix":"ll_","name":"x"}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Operator.SendAsync("POST", $"{path}/{key["id"]}/rotate", """{"graceSeconds":60}""")));
        var replacement = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created).Json["data"]!;
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.NotFound));
        var old = (await Operator.ListAsync(path)).Items.Single(item => item["id"]!.GetValue<string>() == key["id"]!.GetValue<string>());
        Assert.Equal(replacement["id"]!.GetValue<string>(), old["replacedBy"]!.GetValue<string>());
        await Client(key).AcceptAsync(LogEntries.Simple());
        await Client(replacement).AcceptAsync(LogEntries.Simple());
    }

    private LogClient Client(JsonNode key) => new(fixture.Host.Client, key["key"]!.GetValue<string>());
}

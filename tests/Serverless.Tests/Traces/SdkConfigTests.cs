using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Members;

namespace Serverless.Tests.Traces;

/// <summary><c>GET /v1/sdk/config</c>, and how what it says is set.</summary>
[Trait("Category", "Contract")]
public sealed class SdkConfigTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string All =
        """{"sample_rate":0.25,"disable_tracing":true,"pii_redact_keys":["ssn","e mail"],"model_override":{"gpt-4":"gpt-4o","gpt-4o":"gpt-4o-mini"}}""";

    [Fact]
    public async Task A_project_that_was_told_nothing_says_its_version_and_no_rules()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        Assert.Equal((HttpStatusCode.OK, """{"cv":1,"rules":[]}"""), await AskAsync(client.Key));
    }

    [Fact]
    public async Task What_the_operator_sets_is_said_at_once_and_every_change_counts()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        Assert.Equal((HttpStatusCode.OK, """{"cv":1,"rules":[]}"""), await AskAsync(client.Key));

        var set = await SetAsync(client, All);
        Assert.Equal((2, All), (set["cv"]!.GetValue<int>(), set["sdkConfig"]!.ToJsonString()));
        Assert.Equal((HttpStatusCode.OK, $$"""{"cv":2,"rules":[],{{All[1..]}}"""), await AskAsync(client.Key));
        using (var sent = await client.PostAsync(TraceEvents.Lines(1)))
        {
            await sent.ExpectAcceptedAsync(1, configurationVersion: 2);
        }

        // The same again is no change, and another name leaves it.
        Assert.Equal(2, (await SetAsync(client, """{"model_override":{"gpt-4o":"gpt-4o-mini","gpt-4":"gpt-4o"},"pii_redact_keys":["ssn","e mail","ssn"],"disable_tracing":true,"sample_rate":2.5e-1}"""))["cv"]!.GetValue<int>());
        var renamed = await fixture.Operator.DoAsync("PATCH", $"organizations/{client.Organization}/projects/{client.Project}", """{"name":"Renamed"}""");
        Assert.Equal((3, All), (renamed["cv"]!.GetValue<int>(), renamed["sdkConfig"]!.ToJsonString()));

        // What is given takes the place of all that was.
        await SetAsync(client, """{"sample_rate":0,"disable_tracing":null}""");
        Assert.Equal((HttpStatusCode.OK, """{"cv":4,"rules":[],"sample_rate":0}"""), await AskAsync(client.Key));
        var cleared = await SetAsync(client, """{"pii_redact_keys":[],"model_override":{}}""");
        Assert.False(cleared.AsObject().ContainsKey("sdkConfig"));
        Assert.Equal((HttpStatusCode.OK, """{"cv":5,"rules":[]}"""), await AskAsync(client.Key));
    }

    [Fact]
    public async Task An_admin_of_the_organization_sets_it_too_and_a_member_sees_it()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var admin = await MemberClient.CreateAsync(fixture.Host, client.Organization, Roles.Admin);
        var member = await MemberClient.CreateAsync(fixture.Host, client.Organization, Roles.Member);

        await admin.DoAsync("PATCH", $"/projects/{client.Project}", """{"sdkConfig":{"disable_tracing":false}}""");

        Assert.Equal("""{"disable_tracing":false}""", (await member.DoAsync("GET", $"/projects/{client.Project}"))["sdkConfig"]!.ToJsonString());
        Assert.Equal((HttpStatusCode.OK, """{"cv":2,"rules":[],"disable_tracing":false}"""), await AskAsync(client.Key));
        Assert.Equal(HttpStatusCode.Forbidden, (await member.SendAsync("PATCH", $"/projects/{client.Project}", """{"sdkConfig":{}}""")).Status);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_it_is_said_and_nothing_is_changed()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        var answer = await fixture.Operator.SendAsync(
            "PATCH",
            $"organizations/{client.Organization}/projects/{client.Project}",
            """{"sdkConfig":{"sample_rate":1.5,"disable_tracing":"yes","pii_redact_keys":["",1],"model_override":{"a":1},"log_level":"debug"}}""");

        answer.AssertInvalid(
            "Invalid request body",
            ("sdkConfig.log_level", "unknown_parameter", "\"sdkConfig.log_level\": there is no such parameter."),
            ("sdkConfig.sample_rate", "invalid_option", "\"sdkConfig.sample_rate\": must be a number from 0 to 1."),
            ("sdkConfig.disable_tracing", "invalid_type", "\"sdkConfig.disable_tracing\": must be true or false."),
            ("sdkConfig.pii_redact_keys[0]", "invalid_option", "\"sdkConfig.pii_redact_keys[0]\": must be 1 to 64 printable characters."),
            ("sdkConfig.pii_redact_keys[1]", "invalid_type", "\"sdkConfig.pii_redact_keys[1]\": must be a string."),
            ("sdkConfig.model_override.a", "invalid_type", "\"sdkConfig.model_override.a\": must be a string."));
        Assert.Equal((HttpStatusCode.OK, """{"cv":1,"rules":[]}"""), await AskAsync(client.Key));
    }

    [Theory]
    [InlineData("5", "must be an object.")]
    [InlineData("[]", "must be an object.")]
    public async Task What_is_no_object_is_refused(string configuration, string problem)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        (await fixture.Operator.SendAsync("PATCH", $"organizations/{client.Organization}/projects/{client.Project}", $$"""{"sdkConfig":{{configuration}}}"""))
            .AssertInvalid("Invalid request body", ("sdkConfig", "invalid_type", $"\"sdkConfig\": {problem}"));
    }

    [Fact]
    public async Task It_takes_the_key_of_the_project_and_no_other()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var logKey = await fixture.Host.CreateKeyAsync(client.Organization, KeyPrefix.LuminaLog);

        foreach (var key in (string?[])[null, "", logKey, client.Key[..^1]])
        {
            Assert.Equal((HttpStatusCode.Unauthorized, """{"error":"Invalid API key"}"""), await AskAsync(key));
        }

        await fixture.Operator.DoAsync("PATCH", $"organizations/{client.Organization}/projects/{client.Project}", """{"status":"suspended"}""");
        Assert.Equal((HttpStatusCode.Forbidden, """{"error":"The project is suspended"}"""), await AskAsync(client.Key));
    }

    [Fact]
    public async Task It_counts_as_a_request_of_the_key_and_as_no_event()
    {
        var client = await TraceClient.CreateAsync(fixture.Host, options: new KeyOptions { RequestsPerMinute = 2 });

        using var first = await GetAsync(client.Key);
        using var second = await GetAsync(client.Key);
        using var third = await GetAsync(client.Key);

        Assert.StartsWith("\"key\";r=1;", Assert.Single(first.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await third.ExpectErrorAsync(HttpStatusCode.TooManyRequests, "Rate limit exceeded");
        Assert.NotNull(third.Headers.RetryAfter);
        var usage = await fixture.Operator.DoAsync("GET", $"organizations/{client.Organization}/usage");
        Assert.Equal(0, usage["traces"]!["eventsUsed"]!.GetValue<int>());
    }

    private Task<JsonNode> SetAsync(TraceClient client, string configuration) => fixture.Operator.DoAsync(
        "PATCH", $"organizations/{client.Organization}/projects/{client.Project}", $$"""{"sdkConfig":{{configuration}}}""");

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(string? key)
    {
        using var response = await GetAsync(key);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> GetAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/sdk/config");
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("x-api-key", key);
        }

        return await fixture.Host.Client.SendAsync(request);
    }
}

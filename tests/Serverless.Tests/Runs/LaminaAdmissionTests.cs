using System.Net;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs;

/// <summary>Who is let in to Lamina, and what everybody else is told, by example of <c>GET /v1/apps</c>.</summary>
[Trait("Category", "Contract")]
public sealed class LaminaAdmissionTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Theory]
    [InlineData("x-api-key", "")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("authorization", "bearer ")]
    public async Task A_key_is_taken_from_either_header(string header, string before)
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host);

        var answer = await Anonymous.GetAsync("/v1/apps", (header, before + lamina.Key));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task The_key_of_its_own_header_wins()
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host);

        var right = await Anonymous.GetAsync("/v1/apps", ("x-api-key", lamina.Key!), ("Authorization", "Bearer lma_wrong"));
        var wrong = await Anonymous.GetAsync("/v1/apps", ("x-api-key", "lma_wrong"), ("Authorization", $"Bearer {lamina.Key}"));

        Assert.Equal(HttpStatusCode.OK, right.Status);
        wrong.AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_KEY", "Invalid API key");
    }

    [Theory]
    [InlineData("X-Other", "lma_1")]
    [InlineData("x-api-key", "")]
    [InlineData("Authorization", "Bearer")]
    [InlineData("Authorization", "Bearer  ")]
    [InlineData("Authorization", "Basic bG1hXzE=")]
    public async Task Without_a_key_there_is_no_way_in(string header, string value)
    {
        var answer = await Anonymous.GetAsync("/v1/apps", (header, value));

        answer.AssertError(HttpStatusCode.Unauthorized, "AUTH_MISSING_KEY", "Missing API key");
    }

    [Theory]
    [InlineData("malformed")]
    [InlineData("unknown key of a known workspace")]
    [InlineData("wrong secret")]
    [InlineData("unknown workspace")]
    [InlineData("another surface's prefix")]
    [InlineData("revoked")]
    [InlineData("sent twice")]
    public async Task A_key_that_is_not_valid_is_refused_whatever_is_wrong_with_it(string defect)
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host);
        var key = lamina.Key!;
        var wrong = defect switch
        {
            "malformed" => key[..^1],
            "unknown key of a known workspace" => ApiKey.Create(KeyPrefix.Lamina, lamina.Workspace).Reveal(),
            "wrong secret" => key[..^1] + (key[^1] == '0' ? '1' : '0'),
            "unknown workspace" => ApiKey.Create(KeyPrefix.Lamina, "000000000000").Reveal(),
            "another surface's prefix" => await fixture.Host.CreateKeyAsync(lamina.Workspace, KeyPrefix.LuminaLog),
            "revoked" => await RevokeAsync(ApiKey.Parse(key, KeyPrefix.Lamina)!),
            "sent twice" => $"{key}, {key}",
            _ => throw new ArgumentOutOfRangeException(nameof(defect), defect, null),
        };

        var inOwnHeader = await Anonymous.GetAsync("/v1/apps", ("x-api-key", wrong));
        var asToken = await Anonymous.GetAsync("/v1/apps", ("Authorization", $"Bearer {wrong}"));

        inOwnHeader.AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_KEY", "Invalid API key");
        asToken.AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_KEY", "Invalid API key");
    }

    [Fact]
    public async Task The_workspace_may_be_named_but_not_another()
    {
        var (lamina, other) = (await LaminaClient.CreateAsync(fixture.Host), await LaminaClient.CreateAsync(fixture.Host));

        var own = await lamina.GetAsync("/v1/apps", ("x-workspace-id", lamina.Workspace));
        var others = await lamina.GetAsync("/v1/apps", ("x-workspace-id", other.Workspace));

        Assert.Equal(HttpStatusCode.OK, own.Status);
        others.AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "The API key belongs to another workspace");
    }

    [Fact]
    public async Task A_suspended_workspace_is_forbidden_from_the_next_request_on()
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host);
        var before = await lamina.GetAsync("/v1/apps");
        await fixture.Operator.DoAsync("PATCH", $"organizations/{lamina.Workspace}", """{"status":"suspended"}""");

        var answer = await lamina.GetAsync("/v1/apps");

        Assert.Equal(HttpStatusCode.OK, before.Status);
        answer.AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "The workspace is suspended");
    }

    private LaminaClient Anonymous => new(fixture.Host.Client, key: null);

    private async Task<string> RevokeAsync(ApiKey key)
    {
        await fixture.Operator.DoAsync("DELETE", $"organizations/{key.Account}/keys/{key.Id}");
        return key.Reveal();
    }
}

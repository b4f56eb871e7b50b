using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>Who is not let in, and why, in the exact words.</summary>
[Trait("Category", "Contract")]
public sealed class AgentErrorTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private static readonly HttpMethod[] Methods = [HttpMethod.Get, HttpMethod.Get, HttpMethod.Get, HttpMethod.Get, HttpMethod.Post, HttpMethod.Post];
    private static readonly string[] Paths = ["/v1/search?q=x", "/v1/me", "/v1/usage", "/v1/billing", "/v1/billing/setup", "/v1/keys/rotate"];

    private HttpClient Http => fixture.Host.Client;

    public static TheoryData<string, Func<string, string?>> Credentials => new()
    {
        { "none", _ => null },
        { "empty", _ => "" },
        { "the key alone", key => key },
        { "another scheme", key => $"Basic {key}" },
        { "a scheme alone", _ => "Bearer" },
        { "no key", _ => "Bearer ltx_your_key" },
        { "of another surface", key => $"Bearer ll_{key[4..]}" },
        { "a wrong secret", key => $"Bearer {key[..^1]}{(key[^1] == '0' ? '1' : '0')}" },
        { "of nobody", _ => $"Bearer {ApiKey.Create("ltx_", TenantIds.NewAccount()).Reveal()}" },
        { "prolonged", key => $"Bearer {key}0" },
        { "two", key => $"Bearer {key}, Bearer {key}" },
    };

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task A_credential_that_is_not_right_is_unknown_everywhere(string defect, Func<string, string?> spoil)
    {
        var agent = await AgentClient.RegisterAsync(Http);
        foreach (var (method, path) in Methods.Zip(Paths))
        {
            using var request = new HttpRequestMessage(method, path);
            if (spoil(agent.Key) is { } credential)
            {
                request.Headers.TryAddWithoutValidation("Authorization", credential);
            }

            var answer = await AgentAnswer.OfAsync(await Http.SendAsync(request));
            Assert.True(answer.Status == 401, $"{defect}: {path} answers {answer.Status}");
            answer.AssertError(401, "INVALID_API_KEY", "The API key is missing or not recognised");
        }
    }

    [Fact]
    public async Task A_suspended_agent_is_told_so_until_it_is_active_again()
    {
        var agent = await AgentClient.RegisterAsync(Http);
        await SetAsync(agent, "suspended");

        foreach (var (method, path) in Methods.Zip(Paths))
        {
            (await agent.SendAsync(method, path)).AssertError(403, "AGENT_SUSPENDED", "The agent is suspended");
        }

        // Whoever has just been refused may be refused for a second.
        await SetAsync(agent, "active");
        await Eventually.TrueAsync(async () => (await agent.GetAsync("/v1/me")).Status == 200);
        Assert.Equal(0, await agent.CallsAsync());
    }

    [Theory]
    [InlineData("/v1/register", "POST")]
    [InlineData("/v1/keys/rotate", "POST")]
    [InlineData("/v1/search", "GET")]
    [InlineData("/v1/billing/setup", "POST")]
    public async Task Another_method_is_a_405_that_says_which_is_allowed(string path, string allow)
    {
        using var response = await Http.SendAsync(new(HttpMethod.Delete, path));

        Assert.Equal([allow], response.Content.Headers.Allow);
        (await AgentAnswer.OfAsync(response)).AssertError(405, "METHOD_NOT_ALLOWED", $"This path answers {allow} only");
    }

    private Task<JsonNode> SetAsync(AgentClient agent, string status) =>
        fixture.Operator.DoAsync("PATCH", $"agents/{agent.Account}", $$"""{"status":"{{status}}"}""");
}

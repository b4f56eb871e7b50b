using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>Agents, which register themselves elsewhere.</summary>
[Trait("Category", "Contract")]
public sealed class AgentTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private OperatorClient Operator => fixture.Operator;

    [Fact]
    public async Task An_agent_is_shown_and_changed()
    {
        var owner = $"{Guid.NewGuid():N}@example.com";
        var agent = await CreateAsync("scout", owner);
        var createdAt = (await Operator.DoAsync("GET", "agents/" + agent))["createdAt"]!.GetValue<string>();
        (await Operator.SendAsync("GET", "agents/" + agent)).AssertIs(HttpStatusCode.OK, Agent("active", "Free"));
        (await Operator.SendAsync("PATCH", "agents/" + agent, """{"tier":"Pro","status":"suspended"}""")).AssertIs(HttpStatusCode.OK, Agent("suspended", "Pro"));
        (await Operator.SendAsync("GET", "agents/" + agent)).AssertIs(HttpStatusCode.OK, Agent("suspended", "Pro"));

        string Agent(string status, string tier) =>
            $$$"""{"data":{"id":"{{{agent}}}","name":"scout","owner":"{{{owner}}}","status":"{{{status}}}","tier":"{{{tier}}}","createdAt":"{{{createdAt}}}"}}""";
    }

    [Fact]
    public async Task Agents_and_organizations_are_listed_apart()
    {
        var agents = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => CreateAsync($"agent-{number}", $"{Guid.NewGuid():N}")));
        var organization = await Operator.CreateOrganizationAsync();

        var (items, pages) = await Operator.ListAsync("agents?limit=2");
        var ids = items.Select(item => item["id"]!.GetValue<string>()).ToArray();
        Assert.True(pages >= 3);
        Assert.Empty(agents.Except(ids, StringComparer.Ordinal));
        Assert.DoesNotContain(organization, ids);
        var organizations = (await Operator.ListAsync("organizations")).Items.Select(item => item["id"]!.GetValue<string>());
        Assert.DoesNotContain(agents[0], organizations);

        (await Operator.SendAsync("GET", "agents/" + organization)).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Agent not found");
        (await Operator.SendAsync("PATCH", "agents/" + organization, "{}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Agent not found");
        (await Operator.SendAsync("PATCH", "organizations/" + agents[0], "{}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
    }

    [Fact]
    public async Task What_is_wrong_with_a_change_is_said()
    {
        (await Operator.SendAsync("PATCH", "agents/0123456789ab", """{"tier":"Gold","status":[],"name":"x"}""")).AssertInvalid(
            "Invalid request body",
            ("status", "invalid_type", "\"status\": must be a string."),
            ("tier", "invalid_option", "\"tier\": invalid option \"Gold\". Must be one of: Free, Pro"),
            ("name", "unknown_parameter", "\"name\": there is no such parameter."));
    }

    private async Task<string> CreateAsync(string name, string owner) =>
        (await AgentClient.RegisterAsync(fixture.Host.Client, name, owner)).Json["agent_id"]!.GetValue<string>()[^12..];
}

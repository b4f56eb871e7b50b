using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;

namespace Serverless.Tests.Operator;

/// <summary>Agents, which register themselves elsewhere.</summary>
public sealed class AgentTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private OperatorClient Operator => fixture.Operator;

    [Fact]
    public async Task An_agent_is_shown_and_changed()
    {
        var agent = await CreateAsync("scout", "someone@example.com");
        var createdAt = (await Operator.DoAsync("GET", "agents/" + agent))["createdAt"]!.GetValue<string>();
        (await Operator.SendAsync("GET", "agents/" + agent)).AssertIs(HttpStatusCode.OK, Agent("active", "Free"));
        (await Operator.SendAsync("PATCH", "agents/" + agent, """{"tier":"Pro","status":"suspended"}""")).AssertIs(HttpStatusCode.OK, Agent("suspended", "Pro"));
        (await Operator.SendAsync("GET", "agents/" + agent)).AssertIs(HttpStatusCode.OK, Agent("suspended", "Pro"));

        string Agent(string status, string tier) =>
            $$$"""{"data":{"id":"{{{agent}}}","name":"scout","owner":"someone@example.com","status":"{{{status}}}","tier":"{{{tier}}}","createdAt":"{{{createdAt}}}"}}""";
    }

    [Fact]
    public async Task Agents_and_organizations_are_listed_apart()
    {
        var agents = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => CreateAsync($"agent-{number}", "o")));
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
        (await fixture.Host.Services.GetRequiredService<AgentStore>().RegisterAsync(name, owner))!.Account.Id;
}

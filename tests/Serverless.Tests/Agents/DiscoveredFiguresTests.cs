using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>What the service says of its limits is what is set.</summary>
public sealed class DiscoveredFiguresTests(AgentFixture fixture) : IClassFixture<AgentFixture>
{
    private AgentHost Host => fixture.Host;

    [Fact]
    public async Task The_figures_are_those_that_are_set()
    {
        await using var host = await Host.StartAnotherAsync(builder =>
        {
            builder.Configuration["Plans:Lithtrix:Free:RequestsPerMinute"] = "7";
            builder.Configuration["Plans:Lithtrix:Free:LifetimeCalls"] = "11";
            builder.Configuration["Limits:LithtrixRegistrationsPerHour"] = "5";
        });

        var capabilities = JsonNode.Parse(await host.Client.GetStringAsync("/v1/capabilities"))!.AsObject();

        Assert.Equal(
            """{"free_tier":"7 requests/minute, 11 calls in all","pro_tier":"600 requests/minute, no limit of calls","registration":"5 registrations/hour from an address"}""",
            capabilities["rate_limits"]!.ToJsonString());
        Assert.Equal(
            """[{"name":"free","requests_per_minute":7,"lifetime_calls":11},{"name":"pro","requests_per_minute":600,"lifetime_calls":null}]""",
            capabilities["tiers"]!.ToJsonString());
        Assert.Contains("7 requests/minute, 11 calls in all", await host.Client.GetStringAsync("/v1/guide"), StringComparison.Ordinal);
    }
}

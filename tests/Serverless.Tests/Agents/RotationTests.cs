using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>Replacing a key: the old one is dead everywhere, what was used stays.</summary>
public sealed class RotationTests(AgentFixture fixture) : IClassFixture<AgentFixture>
{
    private const string Unknown = "The API key is missing or not recognised";

    private AgentHost Host => fixture.Host;

    [Fact]
    public async Task The_new_key_has_what_the_old_one_had_and_the_old_one_is_dead_on_every_instance()
    {
        await using var other = await Host.StartAnotherAsync();
        var agent = await Host.RegisterAsync();
        var there = agent.With(other.Client);
        await agent.FindAsync("first");
        await there.FindAsync("second");
        var before = await agent.GetAsync("/v1/me");

        var answer = await agent.RotateAsync();

        Assert.Equal(200, answer.Status);
        Assert.Equal(["status", "api_key", "agent_id", "message"], answer.Json.Select(member => member.Key));
        Assert.Equal("success", answer.Json["status"]!.GetValue<string>());
        (await agent.GetAsync("/v1/me")).AssertError(401, "INVALID_API_KEY", Unknown);
        (await there.GetAsync("/v1/me")).AssertError(401, "INVALID_API_KEY", Unknown);
        (await there.RotateAsync()).AssertError(401, "INVALID_API_KEY", Unknown);
        var rotated = there.With(otherKey: answer.Json["api_key"]!.GetValue<string>());
        Assert.Equal(before, await rotated.GetAsync("/v1/me"));
        Assert.Equal(2, await rotated.CallsAsync());
        Assert.Equal(3, (await rotated.FindAsync("third"))["usage"]!["calls_total"]!.GetValue<long>());
    }

    [Fact]
    public async Task Of_200_simultaneous_rotations_one_succeeds_and_one_key_lives()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Configuration["Plans:Lithtrix:Free:RequestsPerMinute"] = "1000");
        await using var other = await host.StartAnotherAsync(builder => builder.Configuration["Plans:Lithtrix:Free:RequestsPerMinute"] = "1000");
        var agent = await host.RegisterAsync();
        AgentClient[] clients = [agent, agent.With(other.Client)];

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => clients[number % 2].RotateAsync()));

        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Except([winner]), answer => answer.AssertError(401, "INVALID_API_KEY", Unknown));
        var keys = (await host.Get<KeyStore>().ListAsync(agent.Account, KeyPrefix.Lithtrix, null, 200, CancellationToken.None)).Items;
        var living = Assert.Single(keys, key => key.IsValidAt(host.Time.GetUtcNow()));
        var newKey = winner.Json["api_key"]!.GetValue<string>();
        Assert.Equal(living.Id, ApiKey.Parse(newKey, KeyPrefix.Lithtrix)!.Id);
        Assert.Equal(200, (await agent.With(otherKey: newKey).GetAsync("/v1/me")).Status);
        Assert.Equal(401, (await agent.GetAsync("/v1/me")).Status);
    }
}

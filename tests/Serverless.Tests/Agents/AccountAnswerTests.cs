using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>What an agent is told of itself, with one key and with the next.</summary>
[Trait("Category", "Contract")]
public sealed class AccountAnswerTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task A_new_agent_has_used_nothing()
    {
        var agent = await AgentClient.RegisterAsync(fixture.Host.Client);

        var usage = await agent.UsageAsync();

        Assert.Equal(
            ["agent_id", "tier", "calls_total", "calls_remaining", "over_limit", "upgrade_url", "calls_this_month", "limits", "daily"],
            usage.Select(member => member.Key));
        Assert.Equal(("free", 0), (usage["tier"]!.GetValue<string>(), usage["calls_total"]!.GetValue<int>()));
        Assert.Equal(30, usage["daily"]!.AsArray().Count);
        var billing = (await agent.GetAsync("/v1/billing")).Json;
        Assert.Equal(["tier", "calls_total", "call_limit", "over_limit", "stripe_customer_id"], billing.Select(member => member.Key));
        Assert.Equal(billing["call_limit"]!.GetValue<long>(), usage["calls_remaining"]!.GetValue<long>());
    }

    [Fact]
    public async Task The_new_key_has_what_the_old_one_had_and_the_old_one_is_dead()
    {
        var agent = await AgentClient.RegisterAsync(fixture.Host.Client);
        await agent.FindAsync("first");
        var before = await agent.GetAsync("/v1/me");

        var answer = await agent.RotateAsync();

        Assert.Equal(200, answer.Status);
        Assert.Equal(["status", "api_key", "agent_id", "message"], answer.Json.Select(member => member.Key));
        (await agent.GetAsync("/v1/me")).AssertError(401, "INVALID_API_KEY", "The API key is missing or not recognised");
        var rotated = agent.With(otherKey: answer.Json["api_key"]!.GetValue<string>());
        Assert.Equal(before, await rotated.GetAsync("/v1/me"));
        Assert.Equal(1, await rotated.CallsAsync());
    }

    [Fact]
    public async Task The_operator_s_change_of_the_tier_holds_from_the_next_request_on()
    {
        var agent = await AgentClient.RegisterAsync(fixture.Host.Client);
        await agent.GetAsync("/v1/me");

        await fixture.Operator.DoAsync("PATCH", $"agents/{agent.Account}", """{"tier":"Pro"}""");

        Assert.Equal("pro", (await agent.GetAsync("/v1/me")).Json["tier"]!.GetValue<string>());
        Assert.Null((await agent.UsageAsync())["calls_remaining"]);
    }

    [Theory]
    [InlineData("{}", 422, "payment_method_id is required")]
    [InlineData("""{"payment_method_id":""}""", 422, "payment_method_id must be a string of 1 to 255 printable characters")]
    [InlineData("""{"payment_method_id":1}""", 422, "payment_method_id must be a string of 1 to 255 printable characters")]
    [InlineData("[]", 400, "The body is not valid JSON")]
    public async Task What_is_wrong_with_a_payment_is_said(string body, int status, string message)
    {
        var agent = await AgentClient.RegisterAsync(fixture.Host.Client);

        (await agent.SendAsync(HttpMethod.Post, "/v1/billing/setup", body)).AssertError(status, "VALIDATION_ERROR", message);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>What models cost an organization.</summary>
[Trait("Category", "Contract")]
public sealed class PriceTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private OperatorClient Operator => fixture.Operator;

    [Fact]
    public async Task Prices_are_replaced_as_a_whole_and_those_built_in_stand_beside_them()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/prices";
        var none = await Operator.DoAsync("GET", path);
        Assert.Empty(none["prices"]!.AsArray());
        Assert.Equal("2026-06-01", none["builtIn"]!["asOf"]!.GetValue<string>());
        Assert.Contains("""{"model":"gpt-4o","input":2.5,"output":10,"cachedInput":1.25,"from":"2024-10-02"}""", none["builtIn"]!["prices"]!.AsArray().Select(price => price!.ToJsonString()));

        var replaced = await Operator.DoAsync(
            "PUT", path, """{"prices":[{"model":"gpt-4o","input":2.50,"output":1e1,"cachedInput":0,"from":"2026-01-01"},{"model":"gpt-4o","input":3,"output":4},{"model":"*","input":0,"output":0,"cachedInput":null,"from":null}]}""");

        const string Expected =
            """[{"model":"gpt-4o","input":2.5,"output":10,"cachedInput":0,"from":"2026-01-01"},{"model":"gpt-4o","input":3,"output":4,"cachedInput":null,"from":null},{"model":"*","input":0,"output":0,"cachedInput":null,"from":null}]""";
        Assert.Equal(Expected, replaced["prices"]!.ToJsonString());
        Assert.Equal(replaced.ToJsonString(), (await Operator.DoAsync("GET", path)).ToJsonString());
        Assert.Empty((await Operator.DoAsync("PUT", path, """{"prices":[]}"""))["prices"]!.AsArray());
        Assert.Empty((await Operator.DoAsync("GET", path))["prices"]!.AsArray());
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_and_nothing_changes()
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/prices";
        await Operator.DoAsync("PUT", path, """{"prices":[{"model":"kept","input":1,"output":1}]}""");

        var answer = await Operator.SendAsync(
            "PUT",
            path,
            """
            {"prices":[{"model":"a b","input":-1,"output":"1","cachedInput":10000.1,"from":"1.1.2026"},{"input":0.0000001,"cached_input":1},7,
            {"model":"m*m","input":1,"output":1},{"model":"same","input":1,"output":1},{"model":"same","input":2,"output":2},{"model":5,"input":1,"output":1,"from":1}],"others":1}
            """);

        const string Name = "must be 1 to 100 letters, digits and . _ - : / @, and * at the end alone";
        const string Price = "must be from 0 to 10000, with at most 6 digits of fraction";
        answer.AssertInvalid(
            "Invalid request body",
            ("prices[1].cached_input", "unknown_parameter", "\"prices[1].cached_input\": there is no such parameter."),
            ("prices[2]", "invalid_type", "\"prices[2]\": must be an object."),
            ("prices[0].model", "invalid_option", $"\"prices[0].model\": {Name}."),
            ("prices[0].input", "invalid_option", $"\"prices[0].input\": {Price}."),
            ("prices[0].output", "invalid_type", "\"prices[0].output\": must be a number."),
            ("prices[0].cachedInput", "invalid_option", $"\"prices[0].cachedInput\": {Price}."),
            ("prices[0].from", "invalid_option", "\"prices[0].from\": must be a day such as 2026-01-26."),
            ("prices[1].model", "missing_no_default", "\"prices[1].model\" is required: no default is configured for this parameter."),
            ("prices[1].input", "invalid_option", $"\"prices[1].input\": {Price}."),
            ("prices[1].output", "missing_no_default", "\"prices[1].output\" is required: no default is configured for this parameter."),
            ("prices[3].model", "invalid_option", $"\"prices[3].model\": {Name}."),
            ("prices[6].model", "invalid_type", "\"prices[6].model\": must be a string."),
            ("prices[6].from", "invalid_type", "\"prices[6].from\": must be a string."),
            ("prices[5].model", "duplicate", "\"prices[5].model\": must not be the same as \"prices[4].model\" for the same day."),
            ("others", "unknown_parameter", "\"others\": there is no such parameter."));
        Assert.Equal("kept", Assert.Single((await Operator.DoAsync("GET", path))["prices"]!.AsArray())!["model"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public async Task There_may_be_200(int count, bool isAccepted)
    {
        var path = $"organizations/{await Operator.CreateOrganizationAsync()}/prices";
        var prices = new JsonArray([.. Enumerable.Range(0, count).Select(number => new JsonObject
        {
            ["model"] = $"{new string('x', 97)}{number:000}",
            ["input"] = 9999.999999,
            ["output"] = 9999.999999,
            ["cachedInput"] = 9999.999999,
            ["from"] = "2026-01-01",
        })]);

        var answer = await Operator.SendAsync("PUT", path, new JsonObject { ["prices"] = prices }.ToJsonString());

        if (isAccepted)
        {
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Equal(count, (await Operator.DoAsync("GET", path))["prices"]!.AsArray().Count);
        }
        else
        {
            answer.AssertInvalid("Invalid request body", ("prices", "too_many", "\"prices\": must have 0 to 200 entries."));
        }
    }

    [Fact]
    public async Task Prices_of_nobody_are_not_found()
    {
        (await Operator.SendAsync("GET", "organizations/000000000000/prices")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
        (await Operator.SendAsync("PUT", "organizations/000000000000/prices", """{"prices":[]}""")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Organization not found");
    }
}

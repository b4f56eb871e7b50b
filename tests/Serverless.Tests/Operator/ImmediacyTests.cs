using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>What the operator changes through one instance holds for the very next request through another that is warm.</summary>
public sealed class ImmediacyTests : IAsyncLifetime
{
    private ServerlessHost? _first;
    private ServerlessHost? _second;
    private OperatorClient? _operator;

    public async Task InitializeAsync()
    {
        _first = await OperatorClient.StartHostAsync();
        _second = await OperatorClient.StartHostAsync(_first.Account);
        _operator = new(_first.Client);
    }

    public async Task DisposeAsync()
    {
        await _second!.DisposeAsync();
        await _first!.DisposeAsync();
    }

    [Fact]
    public async Task A_revoked_key()
    {
        var (organization, key, logs) = await CreateWarmAsync();
        await _operator!.DoAsync("DELETE", $"organizations/{organization}/keys/{key["id"]}");
        await AssertRefusedAsync(logs, HttpStatusCode.Unauthorized, "INVALID_API_KEY");
    }

    [Fact]
    public async Task A_key_rotated_without_grace()
    {
        var (organization, key, logs) = await CreateWarmAsync();
        var replacement = await _operator!.CreateAsync($"organizations/{organization}/keys/{key["id"]}/rotate", "{}");
        await AssertRefusedAsync(logs, HttpStatusCode.Unauthorized, "INVALID_API_KEY");
        await Client(replacement).AcceptAsync(LogEntries.Simple());
    }

    [Fact]
    public async Task A_key_rotated_with_grace()
    {
        var (organization, key, logs) = await CreateWarmAsync();
        var replacement = await _operator!.CreateAsync($"organizations/{organization}/keys/{key["id"]}/rotate", """{"graceSeconds":3600}""");
        await logs.AcceptAsync(LogEntries.Simple());
        await Client(replacement).AcceptAsync(LogEntries.Simple());
    }

    [Fact]
    public async Task A_suspended_organization()
    {
        var (organization, _, logs) = await CreateWarmAsync();
        await _operator!.DoAsync("PATCH", "organizations/" + organization, """{"status":"suspended"}""");
        await AssertRefusedAsync(logs, HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    public async Task Another_plan()
    {
        var (organization, _, logs) = await CreateWarmAsync();
        foreach (var (plan, limit) in new[] { ("Indie", "60"), ("Compliance", "600"), ("Bootstrapper", "300") })
        {
            await _operator!.DoAsync("PATCH", "organizations/" + organization, $$"""{"logPlan":"{{plan}}"}""");
            using var response = await logs.PostAsync(new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple()) }.ToJsonString());
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(limit, response.Headers.GetValues("X-RateLimit-Limit").Single());
        }
    }

    [Fact]
    public async Task What_the_operator_reads()
    {
        var second = new OperatorClient(_second!.Client);
        var organization = await _operator!.CreateOrganizationAsync();
        for (var number = 0; number < 5; number++)
        {
            await _operator.DoAsync("PATCH", "organizations/" + organization, $$"""{"name":"{{number}}"}""");
            var seen = await second.DoAsync("GET", "organizations/" + organization);
            Assert.Equal(number.ToString(), seen["name"]!.GetValue<string>());
        }
    }

    private async Task<(string Organization, JsonNode Key, LogClient Logs)> CreateWarmAsync()
    {
        var organization = await _operator!.CreateOrganizationAsync();
        var key = await _operator.CreateAsync($"organizations/{organization}/keys", """{"prefix":"ll_","name":"x"}""");
        var logs = Client(key);
        await logs.AcceptAsync(LogEntries.Simple());
        await logs.AcceptAsync(LogEntries.Simple());
        return (organization, key, logs);
    }

    private LogClient Client(JsonNode key) => new(_second!.Client, key["key"]!.GetValue<string>(), _second.Account);

    private static async Task AssertRefusedAsync(LogClient logs, HttpStatusCode status, string code)
    {
        using var response = await logs.PostAsync(new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple()) }.ToJsonString());
        var answer = await LogClient.JsonAsync(response);
        Assert.Equal((status, code), (response.StatusCode, answer["code"]!.GetValue<string>()));
    }
}

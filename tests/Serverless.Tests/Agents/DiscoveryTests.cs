using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>What the service says of itself is what it does.</summary>
[Trait("Category", "Contract")]
public sealed class DiscoveryTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private HttpClient Http => fixture.Host.Client;

    [Fact]
    public async Task Every_endpoint_that_is_told_of_is_there_and_takes_a_key_if_it_says_so()
    {
        var endpoints = (await GetAsync("/v1/capabilities"))["endpoints"]!.AsArray();

        Assert.Equal(9, endpoints.Count);
        foreach (var endpoint in endpoints)
        {
            using var request = new HttpRequestMessage(new(endpoint!["method"]!.GetValue<string>()), endpoint["path"]!.GetValue<string>());
            using var response = await Http.SendAsync(request);
            Assert.Equal(endpoint["auth_required"]!.GetValue<bool>(), (int)response.StatusCode == 401);
            Assert.NotEqual(404, (int)response.StatusCode);
            Assert.NotEqual(405, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task Capabilities_say_how_to_get_in_and_how_sources_are_scored()
    {
        var capabilities = await GetAsync("/v1/capabilities");

        Assert.Equal("Lithtrix Search API", capabilities["service"]!.GetValue<string>());
        Assert.Equal("1.0.0", capabilities["version"]!.GetValue<string>());
        Assert.Equal($"{Http.BaseAddress}".TrimEnd('/'), capabilities["base_url"]!.GetValue<string>());
        Assert.Equal("""{"type":"bearer","obtain_via":"POST /v1/register"}""", capabilities["authentication"]!.ToJsonString());
        Assert.Equal("""{"available":true,"max_query_length":500,"default_results":10,"max_results":20}""", capabilities["search"]!.ToJsonString());
        Assert.Equal([1.0m, 0.9m, 0.8m, 0.7m, 0.5m], capabilities["credibility_scoring"]!.AsArray().Select(rule => rule!["score"]!.GetValue<decimal>()));
    }

    [Fact]
    public async Task Whoever_follows_the_guide_gets_from_nothing_to_a_search_and_a_new_key()
    {
        var guide = await GetAsync("/v1/guide");
        var key = "";
        var done = new List<string>();
        foreach (var step in guide["steps"]!.AsArray())
        {
            var (name, method) = (step!["name"]!.GetValue<string>(), step["method"]!.GetValue<string>());
            var example = step["example"]?.GetValue<string>() ?? "";
            if (name == "register")
            {
                // Somebody may have followed the guide here before.
                var body = JsonNode.Parse(example)!;
                body["owner_identifier"] = $"{Guid.NewGuid():N}@example.com";
                example = body.ToJsonString();
            }

            var target = guide["base_url"]!.GetValue<string>() + step["path"]!.GetValue<string>() + (method == "GET" ? example : "");
            var agent = new AgentClient(Http, key);
            var answer = await agent.SendAsync(new(method), target, method == "POST" ? example : null);

            // Nobody takes payments, or the example is no method that pays.
            Assert.Contains(answer.Status, name switch { "register" => (int[])[201], "upgrade" => [402, 503], _ => [200] });
            key = answer.Json["api_key"]?.GetValue<string>() ?? key;
            done.Add(name);
        }

        Assert.Equal(["discover", "register", "search", "check_usage", "upgrade", "rotate_key"], done);
        Assert.Equal(1, await new AgentClient(Http, key).CallsAsync());
    }

    private async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await Http.GetStringAsync(path))!.AsObject();
}

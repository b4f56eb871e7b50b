using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs;

/// <summary>Hosts that there cannot be, in every field that takes an address: each is refused as documented.</summary>
public sealed class AddressFieldTests(LaminaFixture fixture) : IClassFixture<LaminaFixture>
{
    private const string App =
        """{"name":"A","parameters":[{"id":"a","name":"A","type":"url"}],"steps":[{"id":"s","kind":"text","template":"{{inputs.A}}"}],"outputs":[{"id":"o","label":"O","type":"text","step":"s"}]}""";

    private const string HttpApp =
        """{"name":"B","parameters":[{"id":"a","name":"A","type":"text"}],"steps":[{"id":"s","kind":"http","url":"{{inputs.A}}"}],"outputs":[{"id":"o","label":"O","type":"text","step":"s"}]}""";

    public static TheoryData<string> Hosts =>
    [
        string.Join('.', Enumerable.Repeat(new string('a', 60), 5)),
        string.Join('.', Enumerable.Repeat("a", 200)),
        new string('a', 300),
        new string('a', 64) + ".com",
        "a..b",
        "a:0",
        "a:65536",
        "a%b",
        "[fe80::1%25eth0]",
        "b\u00fccher.example",
        "\u00ad",
        "a b",
        "a\\b@c",
        "-",
    ];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task It_is_refused_where_it_is_named_and_fails_the_step_where_it_is_called(string host)
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var url = $"http://{host}/";
        await client.DoAsync("PUT", "/v1/apps/a", App, HttpStatusCode.Created);
        await client.DoAsync("PUT", "/v1/apps/b", HttpApp, HttpStatusCode.Created);
        var inputs = new JsonObject { ["inputs"] = new JsonObject { ["A"] = url } }.ToJsonString();

        Assert.Equal(
            "400 WEBHOOK_INVALID_URL", Of(await client.SendAsync("POST", $"/v1/apps/echo/runs?webhook={Uri.EscapeDataString(url)}", """{"inputs":{"Text":"Hello"}}""")));
        Assert.Equal(
            "400 WEBHOOK_INVALID_URL", Of(await client.SendAsync("PUT", "/v1/triggers/t", new JsonObject { ["appId"] = "echo", ["webhook"] = url }.ToJsonString())));
        var refused = await client.SendAsync("POST", "/v1/apps/a/runs", inputs);
        Assert.Equal("400 VALIDATION_ERROR", Of(refused));
        Assert.Equal("invalid_media", JsonNode.Parse(refused.Body)!["details"]![0]!["code"]!.GetValue<string>());

        var run = await client.DoAsync("POST", "/v1/apps/b/runs", inputs, HttpStatusCode.Accepted);
        var ended = await client.DoAsync("GET", $"/v1/runs/{run["runId"]}/wait");
        Assert.Equal("failed", ended["status"]!.GetValue<string>());
        Assert.StartsWith("Step \"s\" failed: its URL ", ended["errorMessage"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static string Of(LaminaAnswer answer) => $"{(int)answer.Status} {JsonNode.Parse(answer.Body)!["code"]}";
}

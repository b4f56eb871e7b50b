using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs;

/// <summary>Triggers and apps that are written by many at once: as if they had come one after another.</summary>
public sealed class SimultaneousWriteTests(LaminaFixture fixture) : IClassFixture<LaminaFixture>
{
    private const int Writers = 20;

    private const string App =
        """{"name":"A","parameters":[],"steps":[{"id":"s","kind":"text","template":"x"}],"outputs":[{"id":"o","label":"O","type":"text","step":"s"}]}""";

    [Fact]
    public async Task A_trigger_is_made_once_and_then_changed_and_keeps_its_secret()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");

        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => client.SendAsync("PUT", "/v1/triggers/t", Trigger(number))));

        Assert.All(answers, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Created]));
        var made = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        var secret = JsonNode.Parse(made.Body)!["data"]!["secret"]!.GetValue<string>();
        Assert.All(answers.Where(answer => answer != made), answer => Assert.Null(JsonNode.Parse(answer.Body)!["data"]!["secret"]));
        var fired = await client.SendAsync("POST", "/v1/triggers/t/fire", "{}", ("x-trigger-secret", secret));
        Assert.Equal(HttpStatusCode.Accepted, fired.Status);
    }

    [Fact]
    public async Task A_trigger_may_be_written_and_removed_at_once()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");

        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).SelectMany(number => (Task<LaminaAnswer>[])
        [
            client.SendAsync("PUT", "/v1/triggers/t", Trigger(number)),
            client.SendAsync("DELETE", "/v1/triggers/t"),
        ]));

        Assert.All(answers, answer => Assert.Contains((int)answer.Status, (int[])[200, 201, 204, 404]));
    }

    [Fact]
    public async Task An_app_may_be_written_and_removed_at_once()
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");

        var written = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => client.SendAsync("PUT", "/v1/apps/a", App)));
        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).SelectMany(_ => (Task<LaminaAnswer>[])
        [
            client.SendAsync("PUT", "/v1/apps/a", App),
            client.SendAsync("DELETE", "/v1/apps/a"),
        ]));

        Assert.Single(written, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(written, answer => Assert.Contains((int)answer.Status, (int[])[200, 201]));
        Assert.All(answers, answer => Assert.Contains((int)answer.Status, (int[])[200, 201, 204, 404]));
    }

    private static string Trigger(int number) => $$$"""{"appId":"echo","inputs":{"Text":"{{{number}}}"}}""";
}

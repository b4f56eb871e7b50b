using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Webhooks;

/// <summary>The ends of runs, reported: what is sent, how often, and what becomes of receivers that misbehave.</summary>
public sealed class DeliveryTests(DeliveryFixture fixture) : IClassFixture<DeliveryFixture>
{
    [Fact]
    public async Task The_end_of_a_run_is_reported_with_the_body_of_its_status_and_signatures_that_anybody_can_check()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 204);
        var (client, runId) = await StartAsync(receiver.Url);

        await receiver.NextAsync();

        var webhook = Assert.Single(receiver.Received);
        Assert.Equal((await client.GetAsync($"/v1/runs/{runId}")).Body, Encoding.UTF8.GetString(webhook.Body));
        Assert.Equal("application/json", webhook.Headers["content-type"]);
        Assert.Equal(runId, webhook.Headers["x-lamina-webhook-request-id"]);
        Assert.Equal($"msg_{runId}", webhook.Headers["webhook-id"]);
        Assert.Equal(webhook.Headers["webhook-timestamp"], webhook.Headers["x-lamina-webhook-timestamp"]);
        Assert.Equal([(true, true)], await WebhookVerification.ByKeySetAsync(fixture.Host, webhook));
        var delivery = Assert.Single(await DeliveriesAsync(client, runId, 1));
        Assert.Equal((1, true, 204), (delivery["attempt"]!.GetValue<int>(), delivery["delivered"]!.GetValue<bool>(), delivery["status"]!.GetValue<int>()));
        Assert.Equal("delivered", delivery["outcome"]!.GetValue<string>());
        Assert.Null(delivery["error"]);
        Assert.Null(delivery["nextAttemptAt"]);
    }

    [Fact]
    public async Task What_is_not_taken_is_sent_again_freshly_signed_under_the_same_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number == 1 ? 500 : 200);
        var (client, runId) = await StartAsync(receiver.Url);

        await receiver.NextAsync();
        await receiver.NextAsync();

        var (first, second) = (receiver.Received[0], receiver.Received[1]);
        Assert.Equal(first.Headers["webhook-id"], second.Headers["webhook-id"]);
        Assert.Equal(first.Body, second.Body);
        Assert.NotEqual(first.Headers["webhook-signature"], second.Headers["webhook-signature"]);
        Assert.InRange(long.Parse(second.Headers["webhook-timestamp"]) - long.Parse(first.Headers["webhook-timestamp"]), 4, 60);
        Assert.Equal([(true, true), (true, true)], await WebhookVerification.ByKeySetAsync(fixture.Host, receiver.Received));
        var deliveries = await DeliveriesAsync(client, runId, 2);
        Assert.Equal([false, true], deliveries.Select(delivery => delivery["delivered"]!.GetValue<bool>()));
        Assert.Equal("The receiver answered 500", deliveries[0]["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_not_followed()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 302);
        var (client, runId) = await StartAsync(receiver.Url);

        await receiver.NextAsync();

        var delivery = (await DeliveriesAsync(client, runId, 1))[0];
        Assert.Equal((302, "The receiver answered 302"), (delivery["status"]!.GetValue<int>(), delivery["error"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Nobody_who_listens_is_noted()
    {
        await using var port = await WebhookReceiver.StartAsync(_ => 200);
        var url = port.Url;
        await port.DisposeAsync();

        var (client, runId) = await StartAsync(url);

        var delivery = (await DeliveriesAsync(client, runId, 1))[0];
        Assert.Null(delivery["status"]);
        Assert.StartsWith("The receiver ", delivery["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(delivery["nextAttemptAt"]);
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("ftp://example.com/")]
    [InlineData("https://user:password@example.com/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    public async Task A_webhook_that_may_not_be_called_is_refused_when_the_run_is_to_be_started(string url)
    {
        await using var host = await LaminaClient.StartHostAsync();
        var client = await LaminaClient.CreateAsync(host);

        var answer = await client.SendAsync("POST", $"/v1/apps/echo/runs?webhook={Uri.EscapeDataString(url)}", Inputs);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("WEBHOOK_INVALID_URL", JsonNode.Parse(answer.Body)!["code"]!.GetValue<string>());
        Assert.Empty((await client.DoAsync("GET", "/v1/runs")).AsArray());
    }

    [Fact]
    public async Task Loopback_is_refused_unless_the_setting_allows_it()
    {
        await using var host = await LaminaClient.StartHostAsync();
        var client = await LaminaClient.CreateAsync(host);

        var answer = await client.SendAsync("POST", "/v1/apps/echo/runs?webhook=http%3A%2F%2F127.0.0.1%3A9%2F", Inputs);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    private const string Inputs = """{"inputs":{"Text":"Hello"}}""";

    private async Task<(LaminaClient Client, string RunId)> StartAsync(string webhook)
    {
        var client = await LaminaClient.CreateAsync(fixture.Host);
        var run = await client.DoAsync("POST", $"/v1/apps/echo/runs?webhook={Uri.EscapeDataString(webhook)}", Inputs, HttpStatusCode.Accepted);
        Assert.Equal(webhook, run["webhookUrl"]!.GetValue<string>());
        return (client, run["runId"]!.GetValue<string>());
    }

    private static async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(LaminaClient client, string runId, int count)
    {
        IReadOnlyList<JsonNode> deliveries = [];
        await Eventually.TrueAsync(async () =>
        {
            deliveries = [.. (await client.DoAsync("GET", $"/v1/runs/{runId}/deliveries")).AsArray().Select(delivery => delivery!)];
            return deliveries.Count >= count && deliveries.All(delivery => delivery["outcome"]!.GetValue<string>() != "unknown");
        });
        return deliveries;
    }
}

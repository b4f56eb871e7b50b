using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Webhooks.Messages;

namespace Serverless.Tests.Webhooks;

/// <summary>What endpoints are told: which, in what words, how often, and what there is to see of it.</summary>
public sealed class EndpointDeliveryTests(DeliveryFixture fixture) : IClassFixture<DeliveryFixture>
{
    [Fact]
    public async Task The_end_of_a_run_is_told_to_every_endpoint_that_asks_for_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 204);
        await using var other = await WebhookReceiver.StartAsync(_ => 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url, "run.completed", "run.failed"))["endpointId"]!.GetValue<string>();
        var deaf = (await workspace.AddEndpointAsync(other.Url, "run.cancelled"))["endpointId"]!.GetValue<string>();

        var run = await workspace.RunAsync();

        var delivery = await workspace.DeliveryAsync(endpoint);
        var shown = JsonNode.Parse((await workspace.Client.GetAsync($"/v1/runs/{run}")).Body)!["data"]!;
        var webhook = Assert.Single(receiver.Received);
        Assert.Equal(
            $$"""{"type":"run.completed","timestamp":"{{shown["completedAt"]}}","data":{{shown.ToJsonString()}}}""", Encoding.UTF8.GetString(webhook.Body));
        Assert.Equal(($"msg_{run}", run), (webhook.Headers["webhook-id"], webhook.Headers["x-lamina-webhook-request-id"]));
        Assert.Equal(("delivered", "run.completed", $"msg_{run}"), (delivery["state"]!.GetValue<string>(), delivery["type"]!.GetValue<string>(), delivery["messageId"]!.GetValue<string>()));
        Assert.Empty(await workspace.DeliveriesAsync(deaf, _ => true));
        var alone = await workspace.Client.DoAsync("GET", $"/v1/webhooks/deliveries/{delivery["deliveryId"]}");
        Assert.Equal(Encoding.UTF8.GetString(webhook.Body), alone["body"]!.ToJsonString());
        var tried = Assert.Single((await workspace.Client.DoAsync("GET", $"/v1/runs/{run}/deliveries")).AsArray())!;
        Assert.Equal((endpoint, 204, "delivered"), (tried["endpointId"]!.GetValue<string>(), tried["status"]!.GetValue<int>(), tried["outcome"]!.GetValue<string>()));
        var health = (await workspace.Client.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoint}"))["health"]!;
        Assert.Equal((1, 1.0, tried["durationMs"]!.GetValue<long>()), (health["deliveries"]!.GetValue<int>(), health["successShare"]!.GetValue<double>(), health["p95Ms"]!.GetValue<long>()));
    }

    [Fact]
    public async Task The_webhook_of_a_run_is_told_beside_the_endpoints_with_the_bare_body()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 200);
        await using var own = await WebhookReceiver.StartAsync(_ => 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url))["endpointId"]!.GetValue<string>();

        var run = await workspace.RunAsync($"?webhook={Uri.EscapeDataString(own.Url)}");

        await workspace.DeliveryAsync(endpoint);
        await own.NextAsync();
        var webhook = Assert.Single(own.Received);
        Assert.Equal((await workspace.Client.GetAsync($"/v1/runs/{run}")).Body, Encoding.UTF8.GetString(webhook.Body));
        Assert.StartsWith("v1a,", webhook.Headers["webhook-signature"], StringComparison.Ordinal);
        var tries = (await TriesAsync(workspace, run, 2)).Select(each => each["endpointId"]?.GetValue<string>());
        Assert.Equal([null, endpoint], tries.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_run_that_was_accepted_before_there_was_an_endpoint_is_told_to_none_and_to_whoever_wants_what_they_missed()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        await workspace.RunAsync();
        var first = (await workspace.AddEndpointAsync(receiver.Url, "run.failed"))["endpointId"]!.GetValue<string>();
        var runs = new[] { await workspace.RunAsync(), await workspace.RunAsync() };
        var late = (await workspace.AddEndpointAsync(receiver.Url))["endpointId"]!.GetValue<string>();

        // The first looks may come before the ends of both are noted.
        await Eventually.TrueAsync(async () =>
        {
            await ReplayAsync(workspace, late);
            return (await workspace.DeliveriesAsync(late, _ => true)).Count == 2;
        });

        var deliveries = await workspace.DeliveriesAsync(late, found => found.Count == 2 && found.All(each => each["state"]!.GetValue<string>() == "delivered"));

        Assert.Equal(runs.Select(run => $"msg_{run}").Order(StringComparer.Ordinal), deliveries.Select(each => each["messageId"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal((0, false), (await ReplayAsync(workspace, late) is var none ? none["count"]!.GetValue<int>() : -1, none["hasMore"]!.GetValue<bool>()));
        Assert.Equal(2, receiver.Received.Count);
        Assert.Empty(await workspace.DeliveriesAsync(first, _ => true));
        Assert.Equal(late, Assert.Single((await workspace.Client.DoAsync("GET", $"/v1/runs/{runs[0]}/deliveries")).AsArray())!["endpointId"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_refused_is_shown_with_the_beginning_of_the_answer_and_put_off_as_long_as_the_receiver_asks()
    {
        await using var receiver = await WebhookReceiver.StartAsync(async (_, response) =>
        {
            response.StatusCode = 429;
            response.Headers.RetryAfter = "3600";
            await response.Body.WriteAsync((byte[])[0xff, .. Encoding.UTF8.GetBytes("Zu viel: "), .. new byte[100_000].Select(_ => (byte)'x')]);
        });
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url))["endpointId"]!.GetValue<string>();

        await workspace.RunAsync();

        var delivery = await workspace.DeliveryAsync(endpoint);
        var tried = delivery["tries"]![0]!;
        Assert.Equal("pending", delivery["state"]!.GetValue<string>());
        Assert.Equal((429, "The receiver answered 429"), (tried["status"]!.GetValue<int>(), tried["error"]!.GetValue<string>()));
        Assert.Equal($"\ufffdZu viel: {new string('x', 1024 - 10)}", tried["answer"]!.GetValue<string>());
        var pause = delivery["nextAttemptAt"]!.GetValue<DateTime>() - tried["at"]!.GetValue<DateTime>();
        Assert.InRange(pause, TimeSpan.FromSeconds(3600), TimeSpan.FromSeconds(3630));
        Assert.NotNull((await workspace.Client.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoint}"))["failingSince"]);
    }

    [Fact]
    public async Task A_receiver_that_wants_nothing_more_is_switched_off_and_what_is_on_its_way_ends_with_the_reason()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => StatusCodes.Status410Gone);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url))["endpointId"]!.GetValue<string>();
        var run = await workspace.RunAsync();

        var delivery = await workspace.DeliveryAsync(endpoint);

        Assert.Equal("failed", delivery["state"]!.GetValue<string>());
        Assert.Null(delivery["nextAttemptAt"]);
        await Eventually.TrueAsync(async () => !(await workspace.Client.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoint}"))["active"]!.GetValue<bool>());
        Assert.Equal(
            "The receiver answered 410: it wants nothing more", (await workspace.Client.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoint}"))["switchedOffReason"]!.GetValue<string>());
        await workspace.DeliverAsync(new(workspace.Client.Workspace, "test", TestMessages.IdOf(endpoint, DateTimeOffset.UtcNow), endpoint, 1));
        var both = await workspace.DeliveriesAsync(endpoint, found => found.Count == 2);
        Assert.Equal("The endpoint is switched off. The receiver answered 410: it wants nothing more", both[0]["reason"]!.GetValue<string>());
        Assert.Single(receiver.Received);
        foreach (var path in (string[])[$"endpoints/{endpoint}/test", $"deliveries/{delivery["deliveryId"]}/resend"])
        {
            (await workspace.Client.SendAsync("POST", $"/v1/webhooks/{path}")).AssertError(HttpStatusCode.Conflict, "CONFLICT", "The endpoint is switched off, or has been removed");
        }
    }

    [Fact]
    public async Task What_an_endpoint_has_not_taken_when_it_is_removed_is_not_sent_and_says_so()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 500);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url))["endpointId"]!.GetValue<string>();
        var run = await workspace.RunAsync();
        var delivery = (await workspace.DeliveryAsync(endpoint))["deliveryId"]!.GetValue<string>();

        Assert.Equal(HttpStatusCode.NoContent, (await workspace.Client.SendAsync("DELETE", $"/v1/webhooks/endpoints/{endpoint}")).Status);
        await workspace.DeliverAsync(new(workspace.Client.Workspace, "run", run, endpoint, 2), "message-2");

        var ended = await workspace.Client.DoAsync("GET", $"/v1/webhooks/deliveries/{delivery}");
        Assert.Equal(("failed", "The endpoint has been removed"), (ended["state"]!.GetValue<string>(), ended["reason"]!.GetValue<string>()));
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task What_was_taken_is_sent_once_more_when_somebody_asks_and_never_by_itself()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number == 2 ? 500 : 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url))["endpointId"]!.GetValue<string>();
        var run = await workspace.RunAsync();
        var delivery = (await workspace.DeliveryAsync(endpoint))["deliveryId"]!.GetValue<string>();
        await workspace.DeliverAsync(new(workspace.Client.Workspace, "run", run, endpoint, 1), "message-2");
        await workspace.DeliverAsync(new(workspace.Client.Workspace, "run", run, endpoint, 2), "message-3");
        Assert.Single(receiver.Received);

        var asked = await workspace.Client.DoAsync("POST", $"/v1/webhooks/deliveries/{delivery}/resend", status: HttpStatusCode.Accepted);

        Assert.Equal(delivery, asked["deliveryId"]!.GetValue<string>());
        var again = await workspace.DeliveryAsync(endpoint, tries: 2);
        Assert.Equal(["delivered", "failed"], again["tries"]!.AsArray().Select(each => each!["outcome"]!.GetValue<string>()));
        Assert.Equal("delivered", again["state"]!.GetValue<string>());
        Assert.Null(again["tries"]![1]!["nextAttemptAt"]);
        Assert.Equal(receiver.Received[0].Headers["webhook-id"], receiver.Received[1].Headers["webhook-id"]);
    }

    [Fact]
    public async Task A_test_arrives_and_is_in_the_log()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url, "alert.fired"))["endpointId"]!.GetValue<string>();

        var asked = await workspace.Client.DoAsync("POST", $"/v1/webhooks/endpoints/{endpoint}/test", status: HttpStatusCode.Accepted);

        var delivery = await workspace.DeliveryAsync(endpoint);
        Assert.Equal(asked["deliveryId"]!.GetValue<string>(), delivery["deliveryId"]!.GetValue<string>());
        var body = JsonNode.Parse(Assert.Single(receiver.Received).Body)!;
        Assert.Equal(("webhook.test", endpoint), (body["type"]!.GetValue<string>(), body["data"]!["endpointId"]!.GetValue<string>()));
        Assert.Equal(0, (await ReplayAsync(workspace, endpoint))["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Deliveries_are_listed_by_pages_and_by_how_far_they_are()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number == 2 ? StatusCodes.Status410Gone : 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url))["endpointId"]!.GetValue<string>();
        await workspace.RunAsync();
        await workspace.DeliveriesAsync(endpoint, found => found is [var first] && first["state"]!.GetValue<string>() == "delivered");
        await workspace.RunAsync();
        await workspace.DeliveriesAsync(endpoint, found => found is [var second, _] && second["state"]!.GetValue<string>() == "failed");

        var path = $"/v1/webhooks/endpoints/{endpoint}/deliveries";
        Assert.Equal("failed", Assert.Single((await workspace.Client.DoAsync("GET", $"{path}?state=failed")).AsArray())!["state"]!.GetValue<string>());
        Assert.Empty((await workspace.Client.DoAsync("GET", $"{path}?state=pending")).AsArray());
        var page = JsonNode.Parse((await workspace.Client.GetAsync($"{path}?limit=1")).Body)!;
        Assert.Equal("failed", Assert.Single(page["data"]!.AsArray())!["state"]!.GetValue<string>());
        var next = JsonNode.Parse((await workspace.Client.GetAsync($"{path}?limit=1&cursor={page["pagination"]!["nextCursor"]}")).Body)!;
        Assert.Equal("delivered", Assert.Single(next["data"]!.AsArray())!["state"]!.GetValue<string>());
        Assert.Null(next["pagination"]!["nextCursor"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await workspace.Client.GetAsync($"{path}?state=lost")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await workspace.Client.GetAsync($"{path}?cursor=abc")).Status);
    }

    [Fact]
    public async Task A_run_that_is_deleted_takes_what_was_told_of_it_along()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var endpoint = (await workspace.AddEndpointAsync(receiver.Url))["endpointId"]!.GetValue<string>();
        var run = await workspace.RunAsync($"?webhook={Uri.EscapeDataString(receiver.Url)}");
        await TriesAsync(workspace, run, 2);

        Assert.Equal(HttpStatusCode.NoContent, (await workspace.Client.SendAsync("DELETE", $"/v1/runs/{run}")).Status);

        Assert.Empty(await workspace.DeliveriesAsync(endpoint, _ => true));
        var rows = new TableClient(fixture.Host.Account.Direct.ConnectionString, TableNames.Webhooks)
            .QueryAsync<TableEntity>(row => row.PartitionKey == workspace.Client.Workspace);
        Assert.Equal([$"endpoint-{endpoint}"], await rows.Select(row => row.RowKey).ToListAsync());
    }

    private static Task<JsonNode> ReplayAsync(WebhookWorkspace workspace, string endpoint) => workspace.Client.DoAsync(
        "POST", $"/v1/webhooks/endpoints/{endpoint}/replay", """{"since":"2020-01-01T00:00:00Z"}""", HttpStatusCode.Accepted);

    private static async Task<IReadOnlyList<JsonNode>> TriesAsync(WebhookWorkspace workspace, string run, int count)
    {
        IReadOnlyList<JsonNode> tries = [];
        await Eventually.TrueAsync(async () =>
        {
            tries = [.. (await workspace.Client.DoAsync("GET", $"/v1/runs/{run}/deliveries")).AsArray().Select(each => each!)];
            return tries.Count == count && tries.All(each => each["outcome"]!.GetValue<string>() != "unknown");
        });
        return tries;
    }
}

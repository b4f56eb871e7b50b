using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Diagnostics;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Webhooks.Messages;
using Serverless.Webhooks.Sending;

namespace Serverless.Tests.Webhooks;

/// <summary>A workspace with endpoints, and what becomes of its messages.</summary>
/// <param name="host">The application.</param>
/// <param name="client">An administrator of the workspace.</param>
internal sealed class WebhookWorkspace(ServerlessHost host, LaminaClient client)
{
    /// <summary>An administrator of it.</summary>
    public LaminaClient Client { get; } = client;

    /// <summary>A new one.</summary>
    public static async Task<WebhookWorkspace> CreateAsync(ServerlessHost host) => new(host, await LaminaClient.CreateAsync(host, "admin"));

    /// <summary>Adds an endpoint.</summary>
    /// <returns>What is said of it, with its secret.</returns>
    public Task<JsonNode> AddEndpointAsync(string url, params IReadOnlyList<string> events) => Client.DoAsync(
        "POST", "/v1/webhooks/endpoints", DefinitionOf(url, events.Count == 0 ? ["run.completed"] : events), HttpStatusCode.Created);

    /// <summary>The body that defines an endpoint.</summary>
    public static string DefinitionOf(string url, IReadOnlyList<string> events, bool isActive = true) =>
        new JsonObject { ["url"] = url, ["events"] = new JsonArray([.. events.Select(each => (JsonNode)each)]), ["active"] = isActive }.ToJsonString();

    /// <summary>Runs an app to its end.</summary>
    /// <returns>The id of the run.</returns>
    public async Task<string> RunAsync(string query = "")
    {
        var run = (await Client.DoAsync("POST", $"/v1/apps/echo/runs{query}", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await Client.GetAsync($"/v1/runs/{run}/wait");
        return run;
    }

    /// <summary>What an endpoint was told, once that is as expected.</summary>
    public async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(string endpoint, Func<IReadOnlyList<JsonNode>, bool> condition)
    {
        IReadOnlyList<JsonNode> deliveries = [];
        await Eventually.TrueAsync(async () =>
        {
            deliveries = [.. (await Client.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoint}/deliveries")).AsArray().Select(each => each!)];
            return condition(deliveries);
        });
        return deliveries;
    }

    /// <summary>The only delivery to an endpoint, once its last try has come to its end.</summary>
    public async Task<JsonNode> DeliveryAsync(string endpoint, int tries = 1) =>
        (await DeliveriesAsync(endpoint, found => found is [var only] && only["tries"]!.AsArray() is var made && made.Count >= tries && made[^1]!["outcome"]!.GetValue<string>() != "unknown"))[0];

    /// <summary>Carries an order out, as the queue would.</summary>
    public Task DeliverAsync(DeliveryOrder order, string messageId = "message-1", WebhookLane lane = WebhookLane.Fast) =>
        HandleAsync(order, messageId, lane);

    /// <summary>Tells the end of a run, as the queue would have it told.</summary>
    public Task AnnounceAsync(string run) => HandleAsync(new Announcement(Client.Workspace, "run", run), "announcement", WebhookLane.Fast);

    /// <summary>The row of an endpoint.</summary>
    public async Task<Azure.Data.Tables.TableEntity> RowAsync(string endpoint) =>
        await new Azure.Data.Tables.TableClient(host.Account.Direct.ConnectionString, TableNames.Webhooks).GetEntityAsync<Azure.Data.Tables.TableEntity>(Client.Workspace, $"endpoint-{endpoint}");

    private Task HandleAsync(WebhookMessage message, string messageId, WebhookLane lane) => host.Services.GetRequiredService<WebhookWork>().HandleAsync(
        lane, (message with { Origin = MessageOrigin.Here(DateTimeOffset.UtcNow) }).Encode(), messageId, CancellationToken.None);
}

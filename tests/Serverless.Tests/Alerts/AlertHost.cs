using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Alerts;
using Serverless.Ingestion.Chunks;
using Serverless.Logs;
using Serverless.Logs.Entries;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;
using Serverless.Traces.Hours;
using Serverless.Traces.Reading;
using Serverless.Webhooks.Sending;

namespace Serverless.Tests.Alerts;

/// <summary>An application whose clock stands still until it is moved, whose storage can be watched, and whose alerts are evaluated when a test says so.</summary>
internal sealed class AlertHost : IAsyncDisposable
{
    /// <summary>What its clock shows at first: two minutes past whole five minutes.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 2, 0, TimeSpan.Zero);

    private AlertHost(FrozenTime time, StorageProxy proxy, ServerlessHost host, LaminaClient client, string project) =>
        (Time, Proxy, Host, Client, Project) = (time, proxy, host, client, project);

    /// <summary>Its clock.</summary>
    public FrozenTime Time { get; }

    /// <summary>What stands before its storage.</summary>
    public StorageProxy Proxy { get; }

    /// <summary>The application.</summary>
    public ServerlessHost Host { get; }

    /// <summary>Somebody who may define alerts.</summary>
    public LaminaClient Client { get; }

    /// <summary>A project of the same organization.</summary>
    public string Project { get; }

    /// <summary>The changes that were announced, in that order, as often as they were.</summary>
    public ConcurrentQueue<string> Announced { get; } = new();

    /// <summary>What is done in place of announcing a change; null to note it in <see cref="Announced"/>.</summary>
    public Func<string, Task>? Announce { get; set; }

    /// <summary>Starts one.</summary>
    public static async Task<AlertHost> StartAsync()
    {
        var time = new FrozenTime(Start);
        var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        var host = await ServerlessHost.StartAsync(proxy.Account, builder =>
        {
            builder.Configuration["Limits:LaminaRequestsPerMinute"] = "1000000";
            builder.Configuration["Outbound:AllowLoopback"] = "true";
            builder.Configuration["Secrets:Key"] = Convert.ToBase64String(new byte[32]);

            // What is announced stays in the queue until a test has it delivered.
            builder.Configuration["AzureWebJobs.DeliverWebhook.Disabled"] = "true";
            builder.Configuration["AzureWebJobs.DeliverSlowWebhook.Disabled"] = "true";
            builder.Services.AddSingleton<TimeProvider>(time);
        });
        var client = await LaminaClient.CreateAsync(host, "admin");
        var project = (await host.Services.GetRequiredService<ProjectStore>().CreateAsync(client.Workspace, "Test"))!.Id;
        return new(time, proxy, host, client, project);
    }

    /// <summary>The text of a time.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    /// <summary>A log entry.</summary>
    public static JsonObject Entry(DateTimeOffset time, string level = "error", string message = "Payment failed", string environment = "production") =>
        new() { ["timestamp"] = Text(time), ["level"] = level, ["message"] = message, ["environment"] = environment };

    /// <summary>An event.</summary>
    public static JsonObject Event(DateTimeOffset time, string status = "success", decimal latency = 100)
    {
        var sent = TraceEvents.At(time.UtcDateTime);
        sent["status"] = status;
        sent["latency_ms"] = latency;
        return sent;
    }

    /// <summary>Defines an alert.</summary>
    public Task<JsonNode> DefineAsync(string id, string definition) => Client.DoAsync("PUT", $"/v1/alerts/{id}", definition.Replace("{project}", Project, StringComparison.Ordinal), HttpStatusCode.Created);

    /// <summary>Shows an alert.</summary>
    public Task<JsonNode> ShowAsync(string id) => Client.DoAsync("GET", $"/v1/alerts/{id}");

    /// <summary>The changes of an alert, the oldest first: what happened, when, and the value.</summary>
    public async Task<IReadOnlyList<(string Type, DateTimeOffset At, decimal? Value)>> HistoryAsync(string id, LaminaClient? client = null)
    {
        var changes = new List<(string, DateTimeOffset, decimal?)>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = JsonNode.Parse((await (client ?? Client).GetAsync($"/v1/alerts/{id}/history?limit=200{cursor}")).Body)!;
            changes.AddRange(page["data"]!.AsArray().Select(change =>
                (change!["type"]!.GetValue<string>(), change["at"]!.GetValue<DateTimeOffset>(), change["value"]?.GetValue<decimal>())));
            cursor = page["pagination"]!["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }

        changes.Reverse();
        return changes;
    }

    /// <summary>Stores log entries as one batch that has just come in.</summary>
    public async Task StoreAsync(params IReadOnlyList<JsonNode> entries) =>
        await Host.Services.GetRequiredService<ChunkStore>().WriteAsync(LogChunks.Schema, [LogChunk.Create(Client.Workspace, Time.GetUtcNow(), entries)], CancellationToken.None);

    /// <summary>Stores events as one batch that has just come in.</summary>
    public async Task PersistAsync(params IReadOnlyList<JsonNode> events) => await Host.Services.GetRequiredService<PersistEvents>().HandleAsync(
        ChunkMessage.Encode(EventChunks.Create(Project, string.Join('\n', events.Select(sent => sent.ToJsonString())), Time.GetUtcNow())), CancellationToken.None);

    /// <summary>Evaluates all alerts, as an instance does that has just started.</summary>
    public Task EvaluateAsync() => Round().RunAsync(CancellationToken.None);

    /// <summary>Moves the clock, and evaluates all alerts.</summary>
    public Task EvaluateAfterAsync(TimeSpan pause)
    {
        Time.Advance(pause);
        return EvaluateAsync();
    }

    /// <summary>What evaluates alerts, with nothing in memory.</summary>
    /// <param name="log">Takes what it says; null for nobody.</param>
    public AlertRound Round(ILogger<AlertRound>? log = null) => Round(Host.Services, Time, AnnounceAsync, log ?? NullLogger<AlertRound>.Instance);

    /// <summary>Evaluates all alerts of an application at a time that its own clock may not show.</summary>
    public static Task EvaluateAsync(ServerlessHost host, TimeProvider time) =>
        Round(host.Services, time, host.Services.GetRequiredService<AnnounceChange>(), NullLogger<AlertRound>.Instance).RunAsync(CancellationToken.None);

    /// <summary>Suspends the organization, or has it served again.</summary>
    public Task SetStatusAsync(string status) =>
        Host.Services.GetRequiredService<AccountStore>().UpdateAsync(Client.Workspace, new Dictionary<string, string>(StringComparer.Ordinal) { [TenantColumns.Status] = status });

    /// <summary>Announces a change as the application does.</summary>
    public Task AnnounceToEndpointsAsync(string change) => Host.Services.GetRequiredService<AnnounceChange>()(Client.Workspace, change, CancellationToken.None);

    /// <summary>Carries out all that waits in the queue of webhooks, and what comes of it.</summary>
    public async Task DeliverAsync()
    {
        var queue = new QueueClient(Host.Account.Direct.ConnectionString, QueueNames.Webhooks, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        while ((await queue.ReceiveMessagesAsync(maxMessages: 32)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                await Host.Services.GetRequiredService<WebhookWork>().HandleAsync(WebhookLane.Fast, message.Body, message.MessageId, CancellationToken.None);
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    private static AlertRound Round(IServiceProvider services, TimeProvider time, AnnounceChange announce, ILogger<AlertRound> log)
    {
        var store = services.GetRequiredService<AlertStore>();
        var reader = new WindowReader(services.GetRequiredService<LogCounter>(), services.GetRequiredService<FiveMinutesReader>(), services.GetRequiredService<ProjectStore>());
        var announcements = new AlertAnnouncements(announce, store, NullLogger<AlertAnnouncements>.Instance);
        return new(store, new(store, reader, announcements, services.GetRequiredService<AccountStore>(), time, NullLogger<AlertEvaluation>.Instance), time, log);
    }

    private async Task AnnounceAsync(string workspace, string change, CancellationToken cancellationToken)
    {
        await (Announce?.Invoke(change) ?? Task.CompletedTask);
        Announced.Enqueue($"{workspace}/{change}");
    }
}

using System.Collections.Concurrent;
using System.Net;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Logs;
using Serverless.Runs;
using Serverless.Runs.Triggers;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Webhooks;
using Serverless.Traces;
using Serverless.Webhooks.Sending;

namespace Serverless.Tests.Faults;

/// <summary>
/// Tables are away for hours, by the clock of the application. A message of every kind is delivered as the queue trigger would, and delivered
/// again when it has been put off.
/// </summary>
[Trait("Category", "Faults")]
public sealed class LongOutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Length = FaultScale.Of(TimeSpan.FromHours(1));
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    // More than doubling takes to come to the longest pause, and what is left of the outage at that pause.
    private static readonly int MostRounds = 10 + (int)(Length / TimeSpan.FromMinutes(5));

    private readonly AdjustableTime _time = new();
    private readonly ConcurrentQueue<(string Queue, int Seconds)> _putOff = new();
    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;
    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync(static _ => StatusCodes.Status200OK);
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await ServerlessHost.StartAsync(_proxy.Account, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.Configuration["Outbound:AllowLoopback"] = "true";
            foreach (var function in (string[])["PersistLogs", "PersistEvents", "AdvanceRuns", "DeliverWebhook", "DeliverSlowWebhook", "FireOnSchedule"])
            {
                builder.Configuration[$"AzureWebJobs.{function}.Disabled"] = "true";
            }
        });
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_message_of_any_kind_is_put_off_with_growing_pauses_and_done_once_when_tables_are_back()
    {
        var logs = await LogClient.CreateAsync(_host);
        var traces = await TraceClient.CreateAsync(_host);
        var lamina = await LaminaClient.CreateAsync(_host, "admin");
        await logs.AcceptAsync(LogEntries.Simple("kept"));
        (await traces.PostAsync(TraceEvents.Simple().ToJsonString())).Dispose();
        string[] reported = [await EndAsync(lamina), await EndAsync(lamina)];
        var waiting = await StartAsync(lamina);
        await lamina.DoAsync("PUT", "/v1/triggers/often", """{"appId":"echo","inputs":{"Text":"Hi"},"schedule":"0 * * * * *"}""", HttpStatusCode.Created);
        var messages = new Dictionary<string, BinaryData>(StringComparer.Ordinal);
        foreach (var queue in QueueNames.All.Except([QueueNames.Triggers, QueueNames.SlowWebhooks], StringComparer.Ordinal))
        {
            messages[queue] = await ReceiveAsync(queue);
        }

        messages[QueueNames.SlowWebhooks] = await ReceiveAsync(QueueNames.Webhooks);
        messages[QueueNames.Triggers] = await DueTriggerAsync(lamina);
        _proxy.Fault = FailTables;

        var end = _time.GetUtcNow() + Length;
        var pauses = messages.Keys.ToDictionary(queue => queue, _ => new List<int>(), StringComparer.Ordinal);
        while (_time.GetUtcNow() < end)
        {
            await Task.WhenAll(messages.Select(message => DeliverAsync(message.Key, message.Value)));
            foreach (var (queue, seconds) in _putOff)
            {
                pauses[queue].Add(seconds);
            }

            _putOff.Clear();
            _time.Advance(TimeSpan.FromSeconds(pauses.Values.Max(taken => taken[^1])));
        }

        Assert.All(pauses, queue =>
        {
            Assert.InRange(queue.Value[0], 5, 75);
            Assert.InRange(queue.Value[^1], 300, 375);
            Assert.InRange(queue.Value.Count, 8, MostRounds);
        });
        _proxy.Fault = static _ => StorageFault.None;
        await Task.WhenAll(messages.Select(message => DeliverAsync(message.Key, message.Value)));
        Assert.Empty(_putOff);
        Assert.Equal(1, await logs.CountPersistedAsync());
        Assert.Equal(1, await (await TraceReader.CreateAsync(_host, traces)).CountStoredAsync());
        Assert.Equal("completed", (await lamina.DoAsync("GET", $"/v1/runs/{waiting}"))["status"]!.GetValue<string>());
        foreach (var run in reported)
        {
            Assert.Equal(200, Assert.Single((await lamina.DoAsync("GET", $"/v1/runs/{run}/deliveries")).AsArray())!["status"]!.GetValue<int>());
        }

        Assert.NotNull((await lamina.DoAsync("GET", "/v1/triggers/often"))["lastRunId"]);
    }

    private StorageFault FailTables(HttpRequest request)
    {
        if (_proxy.ServiceOf(request) == "table")
        {
            return StorageFault.Unavailable;
        }

        if (request.IsSend())
        {
            var queue = request.Path.Value!.Split('/')[^2];
            _putOff.Enqueue((queue, int.Parse(request.Query["visibilitytimeout"]!)));
        }

        return StorageFault.None;
    }

    private async Task<string> StartAsync(LaminaClient client)
    {
        var path = $"/v1/apps/echo/runs?webhook={Uri.EscapeDataString(_receiver.Url)}";
        return (await client.DoAsync("POST", path, """{"inputs":{"Text":"Hi"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
    }

    // Nobody has delivered the report of its end.
    private async Task<string> EndAsync(LaminaClient client)
    {
        var run = await StartAsync(client);
        await DeliverAsync(QueueNames.Runs, await ReceiveAsync(QueueNames.Runs));
        return run;
    }

    // It waits in the queue for its time, which the clock of the application brings about.
    private async Task<BinaryData> DueTriggerAsync(LaminaClient client)
    {
        var due = (await client.DoAsync("GET", "/v1/triggers/often"))["nextRunAt"]!.GetValue<DateTimeOffset>();
        _time.Advance(due - _time.GetUtcNow());
        return new TriggerMessage(client.Workspace, "often", due) { Origin = new(null, due) }.Encode();
    }

    private Task DeliverAsync(string queue, BinaryData message)
    {
        var bytes = message.ToArray();
        return queue switch
        {
            QueueNames.Logs => Functions<LogStorageFunctions>().PersistAsync(bytes, CancellationToken.None),
            QueueNames.Traces => Functions<TraceStorageFunctions>().PersistAsync(bytes, CancellationToken.None),
            QueueNames.Runs => Functions<RunFunctions>().AdvanceAsync(bytes, CancellationToken.None),
            QueueNames.Webhooks => DeliverWebhookAsync(WebhookLane.Fast, message),
            QueueNames.SlowWebhooks => DeliverWebhookAsync(WebhookLane.Slow, message),
            QueueNames.Triggers => Functions<TriggerFunctions>().FireOnScheduleAsync(bytes, CancellationToken.None),
            _ => throw new ArgumentException($"Nobody reads the queue {queue}.", nameof(queue)),
        };
    }

    private Task DeliverWebhookAsync(WebhookLane lane, BinaryData message) =>
        _host.Services.GetRequiredService<WebhookWork>().HandleAsync(lane, message, Guid.NewGuid().ToString(), CancellationToken.None);

    private T Functions<T>() => ActivatorUtilities.CreateInstance<T>(_host.Services);

    private async Task<BinaryData> ReceiveAsync(string queue)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        var client = new QueueClient(_host.Account.Direct.ConnectionString, queue, options);
        return (await client.ReceiveMessageAsync(Lease)).Value.Body;
    }
}

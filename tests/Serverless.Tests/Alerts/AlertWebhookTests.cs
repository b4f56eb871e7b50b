using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Operator;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Runs.Engine;
using Serverless.Tests.Webhooks;

namespace Serverless.Tests.Alerts;

/// <summary>What receivers get of alerts: one signed message at each change, wherever the process that evaluates dies.</summary>
public sealed class AlertWebhookTests : IAsyncLifetime
{
    private const string Errors = """{"name":"Errors","query":"level:error","window":"5m","threshold":1}""";
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private AlertHost _host = null!;
    private WebhookReceiver _receiver = null!;
    private WebhookWorkspace _workspace = null!;

    private DateTimeOffset Now => _host.Time.GetUtcNow();

    public async Task InitializeAsync()
    {
        _host = await AlertHost.StartAsync();
        _receiver = await WebhookReceiver.StartAsync(_ => 204);
        _workspace = new(_host.Host, _host.Client);
    }

    public async Task DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task An_endpoint_is_told_once_that_an_alert_has_fired_and_once_that_it_was_resolved()
    {
        await using var other = await WebhookReceiver.StartAsync(_ => 204);
        var endpoint = await _workspace.AddEndpointAsync(_receiver.Url, "alert.fired", "alert.resolved");
        await _workspace.AddEndpointAsync(other.Url, "run.completed", "alert.resolved");
        await _host.DefineAsync("errors-of-all", Errors);
        for (var evaluation = 0; evaluation < 4; evaluation++)
        {
            if (evaluation < 2)
            {
                await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
            }

            await TickAsync();
        }

        await AssertDeliveredOnceAsync(endpoint, "alert.resolved", "alert.fired");
        await other.NextAsync();
        var changes = (await _host.Client.DoAsync("GET", "/v1/alerts/errors-of-all/history")).AsArray().Reverse().ToList();
        Assert.Equal(
            [
                $$"""{"type":"alert.fired","timestamp":"2026-03-02T08:05:00.000Z","data":{{changes[0]!.ToJsonString()}}}""",
                $$"""{"type":"alert.resolved","timestamp":"2026-03-02T08:15:00.000Z","data":{{changes[1]!.ToJsonString()}}}""",
            ],
            _receiver.Received.Select(webhook => Encoding.UTF8.GetString(webhook.Body)));
        Assert.Equal(changes.Select(change => $"msg_{change!["changeId"]}"), _receiver.Received.Select(webhook => webhook.Headers["webhook-id"]));
        Assert.All(_receiver.Received, webhook => Assert.Contains(Signature(endpoint["secret"]!.GetValue<string>(), webhook), webhook.Headers["webhook-signature"].Split(' ')));
        Assert.Equal(_receiver.Received[1].Body, Assert.Single(other.Received).Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_dies_after_a_change_was_stored_leaves_it_to_the_next_and_it_is_told_once(bool isAnnounced)
    {
        var endpoint = await _workspace.AddEndpointAsync(_receiver.Url, "alert.fired", "alert.resolved");
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        using var killed = new CancellationTokenSource();
        _host.Announce = async change =>
        {
            await (isAnnounced ? _host.AnnounceToEndpointsAsync(change) : Task.CompletedTask);
            await killed.CancelAsync();
            killed.Token.ThrowIfCancellationRequested();
        };
        _host.Time.Advance(FiveMinutes);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _host.Round().RunAsync(killed.Token));
        await _host.DeliverAsync();
        await AssertDeliveredOnceAsync(endpoint, isAnnounced ? ["alert.fired"] : []);

        await TickAsync();
        await TickAsync();

        await AssertDeliveredOnceAsync(endpoint, "alert.resolved", "alert.fired");
        Assert.Equal(["alert.fired", "alert.resolved"], (await _host.HistoryAsync("errors")).Select(change => change.Type));
    }

    [Fact]
    public async Task What_was_yet_to_be_told_when_a_workspace_was_suspended_is_told_when_it_is_served_again()
    {
        var endpoint = await _workspace.AddEndpointAsync(_receiver.Url, "alert.fired");
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        _host.Announce = static _ => throw new InvalidOperationException("There is no queue");
        await _host.EvaluateAfterAsync(FiveMinutes);
        await _host.SetStatusAsync(TenantStatus.Suspended);

        _host.Proxy.Reset();
        await TickAsync();
        Assert.Equal(0, _host.Proxy.CountSent(QueueNames.Webhooks));
        await _host.SetStatusAsync(TenantStatus.Active);
        await TickAsync();

        await AssertDeliveredOnceAsync(endpoint, "alert.fired");
    }

    // Five minutes later the timer ticks, and what comes of it is delivered.
    private async Task TickAsync()
    {
        _host.Time.Advance(FiveMinutes);
        await ActivatorUtilities.CreateInstance<QueueFunctions>(_host.Host.Services).MeasureAsync(new TimerInfo(), CancellationToken.None);
        await _host.DeliverAsync();
    }

    // The newest first. Each request is in the log before it leaves: there are no more of them than tries.
    private async Task AssertDeliveredOnceAsync(JsonNode endpoint, params IReadOnlyList<string> types)
    {
        var deliveries = await _workspace.DeliveriesAsync(
            endpoint["endpointId"]!.GetValue<string>(), found => found.Count >= types.Count && found.All(delivery => delivery["state"]!.GetValue<string>() == "delivered"));
        Assert.Equal(types, deliveries.Select(delivery => delivery["type"]!.GetValue<string>()));
        Assert.All(deliveries, delivery => Assert.Single(delivery["tries"]!.AsArray()));
        Assert.Equal(types.Order(StringComparer.Ordinal), _receiver.Received.Select(webhook => JsonNode.Parse(webhook.Body)!["type"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    // As the Standard Webhooks specification says.
    private static string Signature(string secret, ReceivedWebhook webhook)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{webhook.Headers["webhook-id"]}.{webhook.Headers["webhook-timestamp"]}."), .. webhook.Body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed))}";
    }
}

using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Messages;

namespace Serverless.Tests.Webhooks;

/// <summary>What it costs to tell endpoints, counted on the wire; and what faults of storage do to it.</summary>
public sealed class EndpointTransactionTests(WebhookFixture fixture) : IClassFixture<WebhookFixture>, IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;
    private WebhookWorkspace _workspace = null!;
    private string _endpoint = "";

    public async Task InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync(_ => 200);
        _workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        _endpoint = (await _workspace.AddEndpointAsync(_receiver.Url))["endpointId"]!.GetValue<string>();
        await _workspace.DeliverAsync(Test(DateTimeOffset.UnixEpoch));
    }

    public async Task DisposeAsync()
    {
        fixture.Proxy.Fault = static _ => StorageFault.None;
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task To_announce_something_costs_two_transactions_and_a_message_for_each_endpoint_that_asks()
    {
        await _workspace.AddEndpointAsync(_receiver.Url, "run.failed");
        var run = await EndAsync();

        await _workspace.AnnounceAsync(run);

        // The run, the endpoints, the message, and the order for the one that asks.
        Assert.Equal(["table GET", "table GET", "table POST", "queue POST"], Transactions());
    }

    [Fact]
    public async Task A_message_that_is_taken_costs_an_endpoint_four_transactions_and_one_that_fails_for_the_first_time_two_more()
    {
        var run = await EndAsync();
        await _workspace.AnnounceAsync(run);
        fixture.Proxy.Reset();

        await _workspace.DeliverAsync(new(_workspace.Client.Workspace, "run", run, _endpoint, 1));

        // The endpoint, the run, the try as it begins, and as it ends.
        Assert.Equal(["table GET", "table GET", "table POST", "table PUT"], Transactions());
    }

    [Fact]
    public async Task What_is_announced_twice_goes_to_the_same_endpoints_and_is_sent_once()
    {
        var run = await EndAsync();
        await _workspace.AnnounceAsync(run);
        var late = (await _workspace.AddEndpointAsync(_receiver.Url))["endpointId"]!.GetValue<string>();
        fixture.Proxy.Reset();

        await _workspace.AnnounceAsync(run);

        Assert.Equal(1, fixture.Proxy.CountSent(QueueNames.Webhooks));
        var order = new DeliveryOrder(_workspace.Client.Workspace, "run", run, _endpoint, 1);
        var before = _receiver.Received.Count;
        await _workspace.DeliverAsync(order, "message-1");
        await _workspace.DeliverAsync(order, "message-2");
        Assert.Equal(before + 1, _receiver.Received.Count);
        Assert.Empty(await _workspace.DeliveriesAsync(late, _ => true));
    }

    [Fact]
    public async Task A_try_whose_row_cannot_be_written_does_not_leave()
    {
        var before = _receiver.Received.Count;
        fixture.Proxy.Fault = request => request.IsDeliveryInsertion() ? StorageFault.Unavailable : StorageFault.None;

        await _workspace.DeliverAsync(Test(DateTimeOffset.UtcNow));

        Assert.Equal(before, _receiver.Received.Count);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(21)]
    public async Task Under_any_faults_of_storage_each_request_that_arrived_is_in_the_log_and_what_was_taken_is_not_sent_again(int seed)
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number % 3 == 0 ? 500 : 200);
        var endpoint = (await _workspace.AddEndpointAsync(receiver.Url, "alert.fired"))["endpointId"]!.GetValue<string>();
        var faults = new RandomFaults(seed, share: 0.2);
        var tests = Enumerable.Range(0, 40).Select(number => new DeliveryOrder(
            _workspace.Client.Workspace, TestMessages.SourceName, TestMessages.IdOf(endpoint, DateTimeOffset.UtcNow.AddSeconds(number)), endpoint, 1)).ToList();
        fixture.Proxy.Fault = faults.Next;
        foreach (var test in tests)
        {
            // Whatever fails, the order comes back under the same id.
            await Eventually.TrueAsync(async () =>
            {
                try
                {
                    await _workspace.DeliverAsync(test, test.Id);
                    return true;
                }
                catch (Exception failure) when (failure is Azure.RequestFailedException or FormatException)
                {
                    return false;
                }
            });
        }

        fixture.Proxy.Fault = static _ => StorageFault.None;
        foreach (var test in tests)
        {
            await _workspace.DeliverAsync(test, test.Id);
        }

        Assert.True(faults.Count > 0);
        var store = fixture.Host.Services.GetRequiredService<DeliveryStore>();
        foreach (var received in receiver.Received.GroupBy(webhook => webhook.Headers["x-lamina-webhook-request-id"]))
        {
            var content = TestMessages.Read(received.Key["test-".Length..]);
            var delivery = (await store.FindAsync(_workspace.Client.Workspace, DeliveryKey.IdOf(endpoint, content.At, content.Id), CancellationToken.None))!.Delivery;
            Assert.True(delivery.Tries.Count >= received.Count(), $"{received.Count()} requests, {delivery.Tries.Count} in the log");
            var taken = delivery.Tries.FindIndex(each => each.Outcome == TryOutcome.Delivered);
            Assert.True(taken < 0 || taken == delivery.Tries.Count - 1);
        }
    }

    // Without the order about a receiver that takes more than a moment, as any may here.
    private IEnumerable<string> Transactions() => fixture.Proxy.Transactions
        .Where(transaction => !transaction.Path.Contains(QueueNames.SlowWebhooks, StringComparison.Ordinal))
        .Select(transaction => $"{transaction.Service} {transaction.Method}");

    // A run that has come to its end, and of whose message nothing is left in the queue.
    private async Task<string> EndAsync()
    {
        fixture.Proxy.Reset();
        var run = await _workspace.RunAsync();
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        fixture.Proxy.Reset();
        return run;
    }

    private DeliveryOrder Test(DateTimeOffset at) => new(_workspace.Client.Workspace, TestMessages.SourceName, TestMessages.IdOf(_endpoint, at), _endpoint, 1);
}

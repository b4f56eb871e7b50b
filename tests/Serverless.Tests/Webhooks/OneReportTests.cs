using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Diagnostics;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Outbound;
using Serverless.Tests.Runs.Engine;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Messages;
using Serverless.Webhooks.Sending;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Webhooks;

/// <summary>The end of a run is one message to its receiver, whoever ends it, and wherever a process dies over it. Messages are delivered by hand here.</summary>
public sealed class OneReportTests(RunFixture fixture) : IClassFixture<RunFixture>, IAsyncLifetime
{
    private const string First = "message-1";
    private const string Second = "message-2";

    private readonly RunDriver _runs = new(fixture.Host);
    private readonly DeliveryStore _store = fixture.Host.Services.GetRequiredService<DeliveryStore>();
    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await WebhookReceiver.StartAsync(_ => 200);

    public async Task DisposeAsync()
    {
        fixture.Proxy.Fault = static _ => StorageFault.None;
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_run_that_is_cancelled_in_the_moment_it_completes_is_reported_once_as_what_it_is()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var completing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Proxy.Fault = request => request.IsRunWrite() && completing.TrySetResult() ? StorageFault.Held(cancelled.Task) : StorageFault.None;
        var run = await _runs.StartAsync(App(Text("a", "A")), _receiver.Url);
        await completing.Task.WaitAsync(RunDriver.Patience);
        await fixture.Host.Services.GetRequiredService<RunEnding>().CancelAsync(run.Workspace, run.Id, CancellationToken.None);
        cancelled.SetResult();
        var messages = await ReceiveAsync(run, 2);

        foreach (var message in messages)
        {
            await DeliverAsync(message.Body, message.MessageId);
        }

        var webhook = Assert.Single(_receiver.Received);
        Assert.Equal("cancelled", JsonNode.Parse(Encoding.UTF8.GetString(webhook.Body))!["data"]!["status"]!.GetValue<string>());
        Assert.Equal((1, 1, TryOutcome.Delivered), Known(Assert.Single(await LogAsync(run))));
    }

    [Fact]
    public async Task Of_two_messages_at_once_one_sends_and_the_other_looks_again_later()
    {
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = await WebhookReceiver.StartAsync(_ => answer.Task.GetAwaiter().GetResult());
        var run = await EndAsync(slow.Url);
        var first = DeliverAsync(Report(run), First);
        await Eventually.TrueAsync(() => Task.FromResult(slow.Received.Count == 1));

        fixture.Proxy.Reset();
        await DeliverAsync(Report(run), Second);

        Assert.Equal(1, fixture.Proxy.CountSent(QueueNames.Webhooks));
        Assert.Equal((1, 1, TryOutcome.Unknown), Known(Assert.Single(await LogAsync(run))));
        answer.SetResult(200);
        await first;
        await DeliverAsync(Report(run), "message-3");
        Assert.Single(slow.Received);
        Assert.Equal((1, 1, TryOutcome.Delivered), Known(Assert.Single(await LogAsync(run))));
        Assert.Equal(1, fixture.Proxy.CountSent(QueueNames.Webhooks));
    }

    [Fact]
    public async Task What_a_process_died_over_is_tried_again_in_a_row_of_its_own_when_its_message_comes_back()
    {
        var run = await EndAsync(_receiver.Url);
        await BeginAsync(run, new DeliveryTry(1, DateTimeOffset.UtcNow) { MessageId = First });

        await DeliverAsync(Report(run), First);

        Assert.Single(_receiver.Received);
        Assert.Equal([(1, 1, TryOutcome.Unknown), (1, 2, TryOutcome.Delivered)], (await LogAsync(run)).Select(Known));
    }

    [Theory]
    [InlineData(-31)]
    [InlineData(3600)]
    public async Task What_another_message_began_is_tried_again_once_nobody_can_be_at_it_whatever_the_clocks(int seconds)
    {
        var run = await EndAsync(_receiver.Url);
        await BeginAsync(run, new DeliveryTry(1, DateTimeOffset.UtcNow.AddSeconds(seconds)) { MessageId = First });

        await DeliverAsync(Report(run), Second);

        Assert.Single(_receiver.Received);
        Assert.Equal(2, (await LogAsync(run)).Count);
    }

    [Fact]
    public async Task The_next_try_is_sent_for_when_a_process_died_before_it_was()
    {
        var run = await EndAsync(_receiver.Url);
        await BeginAsync(run, new DeliveryTry(1, DateTimeOffset.UtcNow) { Duration = TimeSpan.FromSeconds(1), Status = 500, Error = "The receiver answered 500", NextAt = DateTimeOffset.UtcNow });
        fixture.Proxy.Reset();

        await DeliverAsync(Report(run), First);

        Assert.Empty(_receiver.Received);
        Assert.Equal(2, Assert.IsType<DeliveryOrder>(WebhookMessage.Decode(Assert.Single(await ReceiveAsync(run, 1, skip: 1)).Body)).Attempt);
    }

    [Fact]
    public async Task A_message_that_comes_back_after_the_next_try_was_made_or_after_the_last_changes_nothing()
    {
        var run = await EndAsync(_receiver.Url);
        var failed = new DeliveryTry(1, DateTimeOffset.UtcNow) { Duration = TimeSpan.FromSeconds(1), Error = "The receiver broke the connection off" };
        await BeginAsync(run, failed with { NextAt = DateTimeOffset.UtcNow }, failed with { Attempt = 9 });
        fixture.Proxy.Reset();

        await DeliverAsync(Report(run), First);
        await DeliverAsync(Report(run, attempt: 9), First);

        Assert.Empty(_receiver.Received);
        Assert.Equal(0, fixture.Proxy.CountSent(QueueNames.Webhooks));
    }

    // The storage client asks four times: then the queue is away for longer than it has patience.
    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task What_came_of_a_try_outlives_an_outage_of_the_table_without_another_request_even_when_the_queue_is_away_too(int refusals)
    {
        var run = await EndAsync(_receiver.Url);
        fixture.Proxy.Fault = request =>
            (HttpMethods.IsPut(request.Method) && request.Path.Value!.Contains(TableNames.Webhooks, StringComparison.Ordinal))
            || (HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith($"/{QueueNames.Webhooks}/messages", StringComparison.Ordinal) && refusals-- > 0)
                ? StorageFault.Unavailable
                : StorageFault.None;
        fixture.Proxy.Reset();
        await DeliverAsync(Report(run), First);
        Assert.Equal((1, 1, TryOutcome.Unknown), Known(Assert.Single(await LogAsync(run))));

        fixture.Proxy.Fault = static _ => StorageFault.None;
        var carried = Assert.Single(await ReceiveAsync(run, 1, skip: 1));
        await DeliverAsync(carried.Body, carried.MessageId);

        Assert.Single(_receiver.Received);
        var delivery = Assert.Single(await LogAsync(run));
        Assert.Equal(((1, 1, TryOutcome.Delivered), 200, First), (Known(delivery), delivery.Status!.Value, delivery.MessageId));
    }

    [Fact]
    public async Task A_receiver_that_answers_200_and_drips_its_body_has_answered_200()
    {
        await using var receiver = Receiver.Start(async (_, connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, "HTTP/1.1 200 OK\nContent-Length: 100\n\n", cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        var run = await EndAsync(receiver.Url);

        // Nobody waits for its body.
        await DeliverAsync(Report(run), First);

        await Eventually.TrueAsync(async () => (await LogAsync(run))[0].Outcome != TryOutcome.Unknown);
        var delivery = Assert.Single(await LogAsync(run));
        Assert.Equal(((1, 1, TryOutcome.Delivered), 200), (Known(delivery), delivery.Status!.Value));
        Assert.InRange(delivery.Duration!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_try_whose_row_cannot_be_written_is_put_off_and_does_not_leave()
    {
        var run = await EndAsync(_receiver.Url);
        fixture.Proxy.Fault = request => request.IsDeliveryInsertion() ? StorageFault.Unavailable : StorageFault.None;

        await DeliverAsync(Report(run), First);

        Assert.Empty(_receiver.Received);
        Assert.Empty(await LogAsync(run));
    }

    [Fact]
    public async Task A_report_that_is_taken_costs_three_transactions()
    {
        await DeliverAsync(Report(await EndAsync(_receiver.Url)), First);
        var run = await EndAsync(_receiver.Url);
        fixture.Proxy.Reset();

        await DeliverAsync(Report(run), First);

        Assert.Equal(["table GET", "table POST", "table PUT"], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task Rows_and_messages_of_earlier_versions_are_read()
    {
        var run = await EndAsync(_receiver.Url);
        var table = new Azure.Data.Tables.TableClient(fixture.Host.Account.Direct.ConnectionString, TableNames.Runs);
        await table.AddEntityAsync(new Azure.Data.Tables.TableEntity(run.Workspace, $"delivery-{run.Id.Text}-01") { ["At"] = DateTimeOffset.UtcNow, ["Duration"] = 12L, ["Status"] = 204 });

        await DeliverAsync(BinaryData.FromString($$"""{"workspace":"{{run.Workspace}}","runId":"{{run.Id.Text}}","attempt":1}"""), First);

        Assert.Empty(_receiver.Received);
        Assert.Empty(await LogAsync(run));
        var earlier = fixture.Host.Services.GetRequiredService<EarlierDeliveries>();
        Assert.Equal((1, 1, TryOutcome.Delivered), Known(Assert.Single(await earlier.ReadAsync(run.Workspace, run.Id.Text, CancellationToken.None).ToListAsync())));
    }

    [Fact]
    public async Task What_an_earlier_version_has_begun_goes_on_with_the_tries_it_made()
    {
        var run = await EndAsync(_receiver.Url);
        var table = new Azure.Data.Tables.TableClient(fixture.Host.Account.Direct.ConnectionString, TableNames.Runs);
        foreach (var (key, outcome) in new[] { ("01", 500), ("02", (int?)null) })
        {
            var row = new Azure.Data.Tables.TableEntity(run.Workspace, $"delivery-{run.Id.Text}-{key}") { ["At"] = DateTimeOffset.UtcNow, ["MessageId"] = First };
            if (outcome is { } status)
            {
                (row["Duration"], row["Status"], row["Error"], row["NextAt"]) = (12L, status, "The receiver answered 500", DateTimeOffset.UtcNow);
            }

            await table.AddEntityAsync(row);
        }

        await DeliverAsync(
            BinaryData.FromString(
                $$$"""
                {"workspace":"{{{run.Workspace}}}","runId":"{{{run.Id.Text}}}","attempt":2,
                 "made":{"at":"2026-11-21T12:00:00Z","repetition":1,"messageId":"{{{First}}}","durationMs":7,"status":503,"error":"The receiver answered 503","nextAt":"2026-11-21T12:00:30Z"}}
                """),
            Second);

        Assert.Empty(_receiver.Received);
        Assert.Equal([(1, 1, TryOutcome.Failed), (2, 1, TryOutcome.Failed)], (await LogAsync(run)).Select(Known));
        var next = Assert.IsType<DeliveryOrder>(WebhookMessage.Decode(Assert.Single(await ReceiveAsync(run, 1, skip: 1)).Body));
        Assert.Equal((3, false, Delivery.OneMessage), (next.Attempt, next.IsEarlier, next.Endpoint));

        await DeliverAsync(next.Encode(), "message-3");
        Assert.Single(_receiver.Received);
        Assert.Equal((3, 1, TryOutcome.Delivered), Known((await LogAsync(run))[^1]));
    }

    private static (int Attempt, int Repetition, TryOutcome Outcome) Known(DeliveryTry delivery) => (delivery.Attempt, delivery.Repetition, delivery.Outcome);

    private static BinaryData Report(Run run, int attempt = 1) => new DeliveryOrder(run.Workspace, Serverless.Runs.Engine.Run.WebhookSource, run.Id.Text, Delivery.OneMessage, attempt) { Origin = MessageOrigin.Here(DateTimeOffset.UtcNow) }.Encode();

    // A run that has come to its end, and whose report nobody has sent.
    private async Task<Run> EndAsync(string webhook)
    {
        var run = await _runs.EndOfAsync(await _runs.StartAsync(App(Text("a", "A")), webhook));
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        fixture.Proxy.Reset();
        return run;
    }

    private async Task BeginAsync(Run run, params IReadOnlyList<DeliveryTry> tries)
    {
        var delivery = new Delivery(run.Workspace, Delivery.OneMessage, Serverless.Runs.Engine.Run.WebhookSource, run.Id.Text, run.Id.Text, "run.completed", run.CompletedAt!.Value) { Tries = [.. tries] };
        Assert.NotNull(await _store.TryPutAsync(delivery, expected: null, CancellationToken.None));
    }

    private Task DeliverAsync(BinaryData message, string messageId) =>
        fixture.Host.Services.GetRequiredService<WebhookWork>().HandleAsync(WebhookLane.Fast, message, messageId, CancellationToken.None);

    private async Task<IReadOnlyList<DeliveryTry>> LogAsync(Run run)
    {
        var end = (await _runs.ReadAsync(run)).CompletedAt!.Value;
        return (await _store.FindAsync(run.Workspace, DeliveryKey.IdOf(Delivery.OneMessage, end, run.Id.Text), CancellationToken.None))?.Delivery.Tries ?? [];
    }

    // Those about one run: other tests of the class leave theirs in the queue as well.
    private async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(Run run, int count, int skip = 0)
    {
        var queue = new QueueClient(
            fixture.Host.Account.Direct.ConnectionString, QueueNames.Webhooks, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var found = new List<QueueMessage>();
        await Eventually.TrueAsync(async () =>
        {
            QueueMessage[] received = await queue.ReceiveMessagesAsync(maxMessages: 32, visibilityTimeout: TimeSpan.FromSeconds(1));
            found.AddRange(received.Where(message => WebhookMessage.Decode(message.Body).Id == run.Id.Text && found.TrueForAll(other => other.MessageId != message.MessageId)));
            return found.Count >= count + skip;
        });
        return [.. found.OrderBy(message => message.InsertedOn).Skip(skip)];
    }
}

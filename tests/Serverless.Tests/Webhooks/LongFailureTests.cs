using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tests.Outbound;
using Serverless.Webhooks;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Messages;

namespace Serverless.Tests.Webhooks;

/// <summary>Receivers that fail for days, by the clock of the application. Orders are carried out by hand when they are due.</summary>
public sealed class LongFailureTests(WebhookFixture fixture) : IClassFixture<WebhookFixture>, IAsyncLifetime
{
    private WebhookWorkspace _workspace = null!;

    public async Task InitializeAsync() => _workspace = await WebhookWorkspace.CreateAsync(fixture.Host);

    public Task DisposeAsync()
    {
        fixture.Address = IPAddress.Loopback;
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_message_that_is_never_taken_is_tried_nine_times_within_a_day_and_a_half()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 500);
        var endpoint = await AddAsync(receiver.Url);
        var began = fixture.Time.GetUtcNow();

        var delivery = await TryUntilOverAsync(endpoint, began);

        Assert.Equal((9, DeliveryState.Failed, null), (delivery.Tries.Count, delivery.State, delivery.NextAt));
        Assert.Equal(9, receiver.Received.Count);
        Assert.Equal(Enumerable.Range(1, 9), delivery.Tries.Select(each => each.Attempt));
        Assert.InRange(delivery.Tries[^1].At - began, TimeSpan.FromHours(24.5), TimeSpan.FromHours(30.5));
        Assert.True((await ShowAsync(endpoint))["active"]!.GetValue<bool>());
    }

    [Fact]
    public async Task An_endpoint_that_only_failed_for_five_days_is_switched_off_and_says_so()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 500);
        var endpoint = await AddAsync(receiver.Url);
        for (var day = 0; day < 5; day++)
        {
            await TryAsync(endpoint, fixture.Time.GetUtcNow(), 1);
            Assert.True((await ShowAsync(endpoint))["active"]!.GetValue<bool>());
            fixture.Time.Advance(TimeSpan.FromDays(1));
        }

        await TryAsync(endpoint, fixture.Time.GetUtcNow(), 1);

        var shown = await ShowAsync(endpoint);
        Assert.False(shown["active"]!.GetValue<bool>());
        Assert.Equal("Nothing but failures for 5 days, the last one: The receiver answered 500", shown["switchedOffReason"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_address_that_leads_somewhere_private_by_now_is_refused_at_the_try_and_that_is_logged()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 200);
        var endpoint = await AddAsync(new UriBuilder(receiver.Url) { Host = "receiver.example" }.Uri.AbsoluteUri);
        var at = fixture.Time.GetUtcNow();
        fixture.Address = IPAddress.Parse("10.0.0.1");

        await TryAsync(endpoint, at, 1);

        var refused = Assert.Single((await FindAsync(endpoint, at)).Tries);
        Assert.Equal((TryOutcome.Failed, null, "The URL must lead to a public address"), (refused.Outcome, refused.Status, refused.Error));
        Assert.Empty(receiver.Received);

        fixture.Address = IPAddress.Loopback;
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await TryAsync(endpoint, at, 2);
        Assert.Equal(DeliveryState.Delivered, (await FindAsync(endpoint, at)).State);
        Assert.Single(receiver.Received);
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\nLocation: http://127.0.0.1:1/\nContent-Length: 0\n\n", "The receiver answered 302")]
    [InlineData("nonsense\n\n", "The receiver did not answer in HTTP")]
    [InlineData("", "The receiver broke the connection off")]
    public async Task Whatever_a_receiver_does_instead_of_taking_it_is_a_failure_that_is_logged(string answer, string error)
    {
        await using var receiver = Receiver.Start(async (_, connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, answer, cancellationToken);
            await connection.DisposeAsync();
        });
        var endpoint = await AddAsync(receiver.Url);
        var at = fixture.Time.GetUtcNow();

        await TryAsync(endpoint, at, 1);

        var tried = Assert.Single((await FindAsync(endpoint, at)).Tries);
        Assert.Equal((error, TryOutcome.Failed), (tried.Error, tried.Outcome));
        Assert.NotNull(tried.NextAt);
    }

    [Fact]
    public async Task What_happened_longer_ago_than_runs_are_kept_goes_and_the_rest_stays()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 200);
        var endpoint = await AddAsync(receiver.Url);
        var now = fixture.Time.GetUtcNow();
        var (old, young) = (now.AddDays(-90).AddSeconds(-1), now.AddDays(-90).AddSeconds(1));
        var messages = fixture.Host.Services.GetRequiredService<MessageLog>();
        foreach (var at in (DateTimeOffset[])[old, young])
        {
            await TryAsync(endpoint, at, 1);
            Assert.True(await messages.TryAddAsync(_workspace.Client.Workspace, new("test", "1", "1", "run.completed", at, [endpoint]), CancellationToken.None));
        }

        await fixture.Host.Services.GetRequiredService<WebhookRetention>().RunAsync(now.AddDays(-90), CancellationToken.None);

        var rows = new Azure.Data.Tables.TableClient(fixture.Host.Account.Direct.ConnectionString, TableNames.Webhooks)
            .QueryAsync<Azure.Data.Tables.TableEntity>(row => row.PartitionKey == _workspace.Client.Workspace);
        Assert.Equal(
            [$"delivery-{IdOf(endpoint, young)}", $"endpoint-{endpoint}", DeliveryKey.OfMessage(young, "1")],
            await rows.Select(row => row.RowKey).ToListAsync());
    }

    private static string IdOf(string endpoint, DateTimeOffset at)
    {
        var content = TestMessages.Read(TestMessages.IdOf(endpoint, at));
        return DeliveryKey.IdOf(endpoint, content.At, content.Id);
    }

    private async Task<string> AddAsync(string url) => (await _workspace.AddEndpointAsync(url))["endpointId"]!.GetValue<string>();

    private Task<JsonNode> ShowAsync(string endpoint) => _workspace.Client.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoint}");

    private Task TryAsync(string endpoint, DateTimeOffset at, int attempt) => _workspace.DeliverAsync(
        new(_workspace.Client.Workspace, TestMessages.SourceName, TestMessages.IdOf(endpoint, at), endpoint, attempt), $"message-{attempt}");

    private async Task<Delivery> FindAsync(string endpoint, DateTimeOffset at) => (await fixture.Host.Services
        .GetRequiredService<DeliveryStore>().FindAsync(_workspace.Client.Workspace, IdOf(endpoint, at), CancellationToken.None))!.Delivery;

    private async Task<Delivery> TryUntilOverAsync(string endpoint, DateTimeOffset at)
    {
        for (var attempt = 1; ; attempt++)
        {
            await TryAsync(endpoint, at, attempt);
            var delivery = await FindAsync(endpoint, at);
            if (delivery.NextAt is not { } nextAt)
            {
                return delivery;
            }

            fixture.Time.Advance(nextAt - fixture.Time.GetUtcNow());
        }
    }
}

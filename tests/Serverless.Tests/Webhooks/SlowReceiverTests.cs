using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;
using Serverless.Webhooks.Endpoints;
using Serverless.Webhooks.Messages;
using Serverless.Webhooks.Sending;

namespace Serverless.Tests.Webhooks;

/// <summary>Receivers that hang, and all that they must not delay.</summary>
public sealed class SlowReceiverTests(WebhookFixture fixture) : IClassFixture<WebhookFixture>
{
    private const int Endpoints = 200;
    private const int Hanging = 20;

    [Fact]
    public async Task Twenty_of_two_hundred_endpoints_that_hang_leave_the_others_places_enough()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = await Task.WhenAll(Enumerable.Range(0, Hanging).Select(number => WebhookReceiver.StartAsync(async (_, _) => await end.Task, $"127.0.0.{number + 2}")));
        await using var quick = await WebhookReceiver.StartAsync(_ => 200);
        var workspace = await WebhookWorkspace.CreateAsync(fixture.Host);
        var store = fixture.Host.Services.GetRequiredService<EndpointStore>();
        var secrets = fixture.Host.Services.GetRequiredService<EndpointSecrets>();
        var ids = new List<string>();
        for (var number = 0; number < Endpoints; number++)
        {
            var draft = new WebhookEndpoint
            {
                Workspace = workspace.Client.Workspace,
                Id = WebhookEndpoint.NewId(),
                Url = number < Hanging ? slow[number].Url : quick.Url,
                Events = ["run.completed"],
                CreatedAt = DateTimeOffset.UtcNow,
                SealedSecret = [],
            };
            await store.AddAsync(draft with { SealedSecret = secrets.Make(draft.SecretPlace).Sealed }, CancellationToken.None);
            ids.Add(draft.Id);
        }

        // Five messages to each of those that hang come first.
        var work = new List<Task>();
        var now = DateTimeOffset.UtcNow;
        fixture.Proxy.Reset();
        for (var message = 0; message < 5; message++)
        {
            work.AddRange(ids.Take(Hanging).Select(id => DeliverAsync(workspace, id, now.AddSeconds(message))));
        }

        // Those that may not be at it are put aside: two requests are left for each.
        const int Requests = Hanging * RequestsUnderWay.MaxAtOnce;
        await Eventually.TrueAsync(() => Task.FromResult(slow.Sum(receiver => receiver.Received.Count) == Requests));

        // Before long nobody waits for these. An order for each finds out later what has become of it.
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(work);
        Assert.Equal((Hanging * 3) + Requests, fixture.Proxy.CountSent(QueueNames.SlowWebhooks));

        // The others are served while all of those still hang, of which no further one has a request.
        foreach (var id in ids)
        {
            await DeliverAsync(workspace, id, now.AddMinutes(1));
        }

        Assert.Equal(Endpoints - Hanging, quick.Received.Count);
        Assert.Equal(Requests, slow.Sum(receiver => receiver.Received.Count));
        Assert.Equal((Hanging * 4) + Requests, fixture.Proxy.CountSent(QueueNames.SlowWebhooks));

        // Nobody has to wait for the fifteen seconds. Each try is in the log then, with when the next one is due, and the endpoint is served apart.
        fixture.Time.Advance(SendWebhook.Patience);
        await Eventually.TrueAsync(async () => (await Task.WhenAll(ids.Take(Hanging).Select(async id => (await workspace.DeliveriesAsync(id, _ => true))
            .Count(delivery => delivery["nextAttemptAt"] is not null)))).Sum() == Requests);
        await Eventually.TrueAsync(async () => (await store.ListAsync(workspace.Client.Workspace, CancellationToken.None)).Count(endpoint => endpoint.SlowUntil is not null) == Hanging);

        end.SetResult();
        foreach (var receiver in slow)
        {
            await receiver.DisposeAsync();
        }
    }

    private static Task DeliverAsync(WebhookWorkspace workspace, string endpoint, DateTimeOffset at) => workspace.DeliverAsync(
        new(workspace.Client.Workspace, TestMessages.SourceName, TestMessages.IdOf(endpoint, at), endpoint, 1), $"message-{endpoint}");
}

using Azure;
using Azure.Storage.Queues;
using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Webhooks.Messages;

/// <summary>Sends messages about webhooks. None expires: each is delivered until it has been dealt with.</summary>
public sealed class WebhookQueue(QueueServiceClient queues, TimeProvider time)
{
    // As long as any other message is put off for.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly QueueClient _fast = queues.GetQueueClient(QueueNames.Webhooks);
    private readonly QueueClient _slow = queues.GetQueueClient(QueueNames.SlowWebhooks);

    /// <summary>Has a message dealt with.</summary>
    /// <param name="message">The message.</param>
    /// <param name="delay">How long to wait with it; rounded up to whole seconds, at most seven days.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task SendAsync(WebhookMessage message, TimeSpan delay = default, CancellationToken cancellationToken = default) =>
        SendAsync(_fast, message, delay, cancellationToken);

    /// <summary>Has an order dealt with where whoever is slow delays nobody else.</summary>
    /// <inheritdoc cref="SendAsync(WebhookMessage, TimeSpan, CancellationToken)"/>
    internal Task SendAsideAsync(DeliveryOrder message, TimeSpan delay = default, CancellationToken cancellationToken = default) =>
        SendAsync(_slow, message, delay, cancellationToken);

    /// <summary>Has an order dealt with that nothing else knows of. An outage of the queue is waited for, up to a minute.</summary>
    /// <param name="message">The order.</param>
    /// <param name="delay">How long to wait with it.</param>
    internal async Task SendThroughOutageAsync(DeliveryOrder message, TimeSpan delay)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        for (var round = 0; ; round++)
        {
            try
            {
                await SendAsync(_fast, message, delay, patience.Token);
                return;
            }
            catch (Exception refusal) when ((refusal is RequestFailedException || StorageRetry.MayHaveLanded(refusal)) && !patience.IsCancellationRequested)
            {
                await Task.Delay(StorageRetry.Pause(round), time, patience.Token);
            }
        }
    }

    private async Task SendAsync(QueueClient queue, WebhookMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        TimeSpan? hidden = delay > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)) : null;
        await queue.SendMessageAsync((message with { Origin = MessageOrigin.Here(time.GetUtcNow() + delay) }).Encode(), hidden, QueueMessages.Forever, cancellationToken);
    }
}

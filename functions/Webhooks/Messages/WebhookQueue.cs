using Azure.Storage.Queues;
using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Webhooks.Messages;

/// <summary>Sends messages about webhooks. None expires: each is delivered until it has been dealt with.</summary>
public sealed class WebhookQueue(QueueServiceClient queues, TimeProvider time)
{
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
    internal Task SendThroughOutageAsync(DeliveryOrder message, TimeSpan delay) => _fast.SendThroughOutageAsync(Encode(message, delay), Hidden(delay), time);

    private async Task SendAsync(QueueClient queue, WebhookMessage message, TimeSpan delay, CancellationToken cancellationToken) =>
        await queue.SendMessageAsync(Encode(message, delay), Hidden(delay), QueueMessages.Forever, cancellationToken);

    private BinaryData Encode(WebhookMessage message, TimeSpan delay) => (message with { Origin = MessageOrigin.Here(time.GetUtcNow() + delay) }).Encode();

    private static TimeSpan? Hidden(TimeSpan delay) => delay > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)) : null;
}

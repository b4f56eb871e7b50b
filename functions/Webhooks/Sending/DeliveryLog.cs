using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Messages;

namespace Serverless.Webhooks.Sending;

/// <summary>Writes deliveries down as they go on, whoever else is at them: by an order that came twice, or by one from before a process died.</summary>
public sealed class DeliveryLog(DeliveryStore store, EarlierDeliveries earlier, TimeProvider time)
{
    /// <summary>Writes a try down that is about to leave.</summary>
    /// <param name="order">The order for it.</param>
    /// <param name="content">What the message says.</param>
    /// <param name="messageId">The id of the order in the queue.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The delivery with the try; without one when it is not for this order to make, and then what is left to do.</returns>
    internal async Task<(StoredDelivery? Begun, RepeatedOrder Left)> BeginAsync(
        DeliveryOrder order, WebhookContent content, string messageId, CancellationToken cancellationToken)
    {
        // Of the first try there is a row only when its order has come before: writing it finds that out.
        var stored = order is { Attempt: 1, IsEarlier: false } ? new(New(order, content), null) : await OpenAsync(order, content, cancellationToken);
        while (true)
        {
            var now = time.GetUtcNow();
            var left = RepeatedOrder.Of(order, messageId, stored.Delivery, now);
            if (!left.Begins)
            {
                return (null, left);
            }

            if (await store.TryPutAsync(DeliveryTransition.Begin(stored.Delivery, order.Attempt, messageId, now), stored.ETag, cancellationToken) is { } begun)
            {
                return (begun, left);
            }

            stored = await OpenAsync(order, content, cancellationToken);
        }
    }

    /// <summary>Writes down what came of a try.</summary>
    /// <returns>The delivery as it is then.</returns>
    internal async Task<Delivery> EndAsync(StoredDelivery begun, DeliveryTry made)
    {
        for (var stored = begun; stored is not null; stored = await store.FindAsync(begun.Delivery.Workspace, begun.Delivery.Id, CancellationToken.None))
        {
            if (await PutAsync(stored, DeliveryTransition.End(stored.Delivery, made), CancellationToken.None) is { } ended)
            {
                return ended;
            }
        }

        // It was removed meanwhile, with all that was to be told.
        return DeliveryTransition.Abandon(begun.Delivery, "It was removed");
    }

    /// <inheritdoc cref="EndAsync(StoredDelivery, DeliveryTry)"/>
    internal async Task<Delivery> EndAsync(DeliveryOrder order, WebhookContent content, DeliveryTry made) =>
        await EndAsync(await OpenAsync(order, content, CancellationToken.None), made);

    /// <summary>Writes down that there will be no more tries.</summary>
    internal async Task AbandonAsync(DeliveryOrder order, WebhookContent content, string reason, CancellationToken cancellationToken)
    {
        StoredDelivery stored;
        do
        {
            stored = await OpenAsync(order, content, cancellationToken);
        }
        while (await PutAsync(stored, DeliveryTransition.Abandon(stored.Delivery, reason), cancellationToken) is null);
    }

    private static Delivery New(DeliveryOrder order, WebhookContent content) =>
        new(order.Workspace, order.Endpoint, order.Source, order.Id, content.Id, content.Type, content.At);

    private async Task<StoredDelivery> OpenAsync(DeliveryOrder order, WebhookContent content, CancellationToken cancellationToken)
    {
        var delivery = New(order, content);
        if (await store.FindAsync(order.Workspace, delivery.Id, cancellationToken) is { } stored)
        {
            return stored;
        }

        return new(order.IsEarlier ? delivery with { Tries = [.. await earlier.ReadAsync(order.Workspace, order.Id, cancellationToken).ToListAsync(cancellationToken)] } : delivery, null);
    }

    private async Task<Delivery?> PutAsync(StoredDelivery stored, Delivery changed, CancellationToken cancellationToken) =>
        changed == stored.Delivery ? changed : (await store.TryPutAsync(changed, stored.ETag, cancellationToken))?.Delivery;
}

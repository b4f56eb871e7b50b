namespace Serverless.Webhooks.Deliveries;

/// <summary>Finds what became of a message at all of its receivers.</summary>
public sealed class MessageDeliveries(MessageLog messages, DeliveryStore store)
{
    /// <summary>The deliveries of a message that have begun.</summary>
    /// <param name="workspace">Whose it is.</param>
    /// <param name="happenedAt">When it happened what the message is about.</param>
    /// <param name="id">The id of the message.</param>
    /// <param name="isAnnounced">Whether endpoints were told; else there is only the address that wanted this one message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IReadOnlyList<Delivery>> FindAsync(string workspace, DateTimeOffset happenedAt, string id, bool isAnnounced, CancellationToken cancellationToken)
    {
        var receivers = isAnnounced ? (await messages.FindAsync(workspace, happenedAt, id, cancellationToken))?.Receivers ?? [] : [Delivery.OneMessage];
        var found = await Task.WhenAll(receivers.Select(receiver => store.FindAsync(workspace, DeliveryKey.IdOf(receiver, happenedAt, id), cancellationToken)));
        return [.. found.OfType<StoredDelivery>().Select(stored => stored.Delivery)];
    }
}

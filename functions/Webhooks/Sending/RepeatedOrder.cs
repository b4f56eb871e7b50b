using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Messages;

namespace Serverless.Webhooks.Sending;

/// <summary>
/// What is left to do for an order, by the tries there are. It may have come again, or there may be two of it because two have announced the same or the queue's
/// answer was lost.
/// </summary>
/// <param name="Begins">Whether the try is to be made.</param>
/// <param name="Order">The order that goes on from here, where it is not; null when there is nothing to go on with.</param>
/// <param name="Delay">How long to wait with it.</param>
internal sealed record RepeatedOrder(bool Begins, DeliveryOrder? Order, TimeSpan Delay)
{
    /// <summary>Longer than a try takes with all that is written down about it.</summary>
    public static readonly TimeSpan LongestTry = 2 * SendWebhook.Patience;

    private static readonly RepeatedOrder Nothing = new(false, null, default);
    private static readonly RepeatedOrder Begin = new(true, null, default);

    /// <summary>Decides.</summary>
    /// <param name="order">The order.</param>
    /// <param name="messageId">Its id in the queue: the same when it comes again.</param>
    /// <param name="delivery">The delivery as it is known.</param>
    /// <param name="now">The time.</param>
    public static RepeatedOrder Of(DeliveryOrder order, string messageId, Delivery delivery, DateTimeOffset now)
    {
        if (delivery.Tries is not [.., var last] || (last.Attempt < order.Attempt && (order.IsAsked || !delivery.IsDelivered)))
        {
            return Begin;
        }

        if (last.Attempt != order.Attempt || (delivery.IsDelivered && !order.IsAsked))
        {
            return Nothing;
        }

        if (last.Outcome != TryOutcome.Unknown)
        {
            // Whoever made it may have died before the next one was in the queue.
            return last.NextAt is { } nextAt ? new(false, order.Next, nextAt - now) : Nothing;
        }

        // An order comes back when nobody is at it any more. Of another one that is not known before its time is over, by whatever clock.
        var untilOver = last.At + LongestTry - now;
        return last.MessageId == messageId || untilOver <= TimeSpan.Zero || untilOver > LongestTry ? Begin : new(false, order, untilOver);
    }
}

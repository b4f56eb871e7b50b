namespace Serverless.Webhooks.Deliveries;

/// <summary>What happens to deliveries, as pure functions. What is known to be delivered stays so.</summary>
internal static class DeliveryTransition
{
    /// <summary>Begins a try.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="attempt">Which try.</param>
    /// <param name="messageId">The id of the queue message that it is begun for.</param>
    /// <param name="now">The time.</param>
    public static Delivery Begin(Delivery delivery, int attempt, string messageId, DateTimeOffset now)
    {
        var repetition = delivery.Tries.Count(each => each.Attempt == attempt) + 1;
        return delivery with { EndReason = null, Tries = delivery.Tries.Add(new(attempt, now) { Repetition = repetition, MessageId = messageId }) };
    }

    /// <summary>Ends a try. Doing so again changes nothing.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="made">The try as it came out; it is added if it is not known.</param>
    public static Delivery End(Delivery delivery, DeliveryTry made)
    {
        var index = delivery.Tries.FindIndex(each => each.Attempt == made.Attempt && each.Repetition == made.Repetition);
        if (index >= 0 && delivery.Tries[index].Outcome != TryOutcome.Unknown)
        {
            return delivery;
        }

        // Nothing is sent again by itself that was taken before, or that is not to be sent any more.
        var ended = delivery.IsDelivered || delivery.EndReason is not null ? made with { NextAt = null } : made;
        return delivery with { Tries = index < 0 ? delivery.Tries.Add(ended) : delivery.Tries.SetItem(index, ended) };
    }

    /// <summary>Ends a delivery whose next try is not to be made.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="reason">Why not.</param>
    public static Delivery Abandon(Delivery delivery, string reason) => delivery.State != DeliveryState.Pending
        ? delivery
        : delivery with
        {
            EndReason = reason,
            Tries = delivery.Tries is [.., { Outcome: TryOutcome.Failed } last] ? delivery.Tries.SetItem(delivery.Tries.Count - 1, last with { NextAt = null }) : delivery.Tries,
        };
}

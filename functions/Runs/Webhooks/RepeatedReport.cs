using Serverless.Runs.Engine;

namespace Serverless.Runs.Webhooks;

/// <summary>
/// What is left to do for a message whose try is in the log already: the message has come again, or there are two of it because two have
/// ended the run or the queue's answer was lost.
/// </summary>
/// <param name="Repetition">The number under which to try again; null not to.</param>
/// <param name="Message">The message that goes on from here; null when there is nothing to go on with.</param>
/// <param name="Delay">How long to wait with it.</param>
internal sealed record RepeatedReport(int? Repetition, WebhookMessage? Message, TimeSpan Delay)
{
    // Longer than a try takes with all that is written down about it.
    private static readonly TimeSpan LongestTry = 2 * DeliverWebhook.Patience;

    /// <summary>Decides.</summary>
    /// <param name="message">The message.</param>
    /// <param name="messageId">Its id in the queue.</param>
    /// <param name="log">All tries to report this run, the first one first; the message's is among them.</param>
    /// <param name="now">The time.</param>
    public static RepeatedReport Of(WebhookMessage message, string messageId, IReadOnlyList<Delivery> log, DateTimeOffset now)
    {
        if (log.Any(delivery => delivery.Outcome == DeliveryOutcome.Delivered || delivery.Attempt > message.Attempt))
        {
            return new(null, null, default);
        }

        var last = log.Last(delivery => delivery.Attempt == message.Attempt);
        if (last.Outcome == DeliveryOutcome.Failed)
        {
            // Whoever made it may have died before the next one was in the queue.
            return last.NextAt is { } nextAt ? new(null, message with { Attempt = message.Attempt + 1 }, nextAt - now) : new(null, null, default);
        }

        // A message comes back when nobody is at it any more. Of another one that is not known before its time is over, by whatever clock.
        var untilOver = last.At + LongestTry - now;
        return last.MessageId == messageId || untilOver <= TimeSpan.Zero || untilOver > LongestTry
            ? new(last.Repetition + 1, null, default)
            : new(null, message, untilOver);
    }
}

using Serverless.Storage;
using Serverless.Webhooks.Messages;

namespace Serverless.Webhooks.Sending;

/// <summary>Deals with the messages of the queues of webhooks.</summary>
public sealed class WebhookWork(TellEndpoints tell, DeliverWebhook deliver, QueueWork work)
{
    /// <summary>Deals with a message.</summary>
    /// <param name="lane">The lane it came in.</param>
    /// <param name="message">The message.</param>
    /// <param name="messageId">Its id in the queue: the same when it comes again.</param>
    /// <param name="cancellationToken">The process is about to end: the message comes back.</param>
    /// <exception cref="FormatException">The message, or what it is about, cannot be read.</exception>
    internal Task HandleAsync(WebhookLane lane, BinaryData message, string messageId, CancellationToken cancellationToken)
    {
        var read = WebhookMessage.Decode(message);
        return work.DoAsync(lane == WebhookLane.Fast ? QueueNames.Webhooks : QueueNames.SlowWebhooks, message, read.Origin, read.Workspace, () => read switch
        {
            Announcement announcement => tell.TellAsync(announcement, cancellationToken),
            DeliveryOrder order => deliver.DeliverAsync(order, messageId, lane, cancellationToken),
            _ => throw new FormatException("The message is about no webhook."),
        });
    }
}

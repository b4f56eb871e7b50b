using Serverless.Webhooks.Deliveries;

namespace Serverless.Webhooks.Messages;

/// <summary>Has the world told of what happens. Whatever is announced is told once to each receiver, however often it is announced.</summary>
public sealed class Announcements(WebhookQueue queue)
{
    /// <summary>Has all endpoints told that ask for it, and the address that wants this one message, if there is one.</summary>
    /// <param name="workspace">Whose it is.</param>
    /// <param name="source">The name of the <see cref="IWebhookSource"/> that knows what there is to say.</param>
    /// <param name="id">What the source knows it by.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task SendAsync(string workspace, string source, string id, CancellationToken cancellationToken = default) =>
        queue.SendAsync(new Announcement(workspace, source, id), cancellationToken: cancellationToken);

    /// <summary>Has nobody told but the address that wants this one message.</summary>
    /// <inheritdoc cref="SendAsync"/>
    internal Task SendToUrlAsync(string workspace, string source, string id, CancellationToken cancellationToken = default) =>
        queue.SendAsync(new DeliveryOrder(workspace, source, id, Delivery.OneMessage, Attempt: 1), cancellationToken: cancellationToken);
}

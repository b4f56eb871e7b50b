using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Endpoints;
using Serverless.Webhooks.Messages;

namespace Serverless.Webhooks;

/// <summary>Sends an endpoint what it has missed.</summary>
public sealed class WebhookReplay(MessageLog messages, DeliveryStore deliveries, WebhookQueue queue)
{
    /// <summary>The most messages at once.</summary>
    public const int MaxMessages = 1000;

    private const int AtOnce = 8;

    /// <summary>
    /// Orders the messages since a time that the endpoint asks for and has not received, the newest first. Those that are on their way are left to themselves. Doing so
    /// again orders the same tries, of which each is made once.
    /// </summary>
    /// <returns>How many there are, and whether there are more.</returns>
    internal async Task<ReplayedMessages> ReplayAsync(WebhookEndpoint endpoint, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var known = await deliveries.ReadFiguresSinceAsync(endpoint.Workspace, endpoint.Id, since, cancellationToken);
        var missed = await messages.ReadSinceAsync(endpoint.Workspace, since, cancellationToken)
            .Where(message => message.HappenedAt >= since && endpoint.AsksFor(message.Type) && known.GetValueOrDefault(message.Id)?.State is null or DeliveryState.Failed)
            .Take(MaxMessages + 1)
            .ToListAsync(cancellationToken);
        await Parallel.ForEachAsync(
            missed.Take(MaxMessages), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, (message, token) => OrderAsync(message, token));
        return new(Math.Min(missed.Count, MaxMessages), missed.Count > MaxMessages);

        async ValueTask OrderAsync(LoggedMessage message, CancellationToken token)
        {
            if (!message.Receivers.Contains(endpoint.Id, StringComparer.Ordinal))
            {
                await messages.AddReceiverAsync(endpoint.Workspace, message, endpoint.Id, token);
            }

            var attempt = (known.GetValueOrDefault(message.Id)?.LastAttempt ?? 0) + 1;
            await queue.SendAsync(new DeliveryOrder(endpoint.Workspace, message.Source, message.SourceId, endpoint.Id, attempt) { IsAsked = attempt > 1 }, cancellationToken: token);
        }
    }
}

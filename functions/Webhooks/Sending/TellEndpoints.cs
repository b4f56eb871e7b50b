using Microsoft.Extensions.Logging;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Endpoints;
using Serverless.Webhooks.Messages;

namespace Serverless.Webhooks.Sending;

/// <summary>
/// Finds out who is to be told of what was announced, notes it, and orders a delivery to each. What is announced again goes to the same receivers, whatever endpoints there
/// are by then; an order that is there twice is carried out once.
/// </summary>
public sealed partial class TellEndpoints(WebhookSources sources, EndpointStore endpoints, MessageLog messages, WebhookQueue queue, ILogger<TellEndpoints> logger)
{
    private const int AtOnce = 8;

    /// <summary>Does it.</summary>
    /// <exception cref="FormatException">What was announced cannot be read.</exception>
    internal async Task TellAsync(Announcement announcement, CancellationToken cancellationToken)
    {
        var workspace = announcement.Workspace;
        if (await sources.FindAsync(announcement, cancellationToken) is not { } content)
        {
            Log.Dropped(logger, announcement.Source, announcement.Id, workspace);
            return;
        }

        var asking = (await endpoints.ListAsync(workspace, cancellationToken)).Where(endpoint => endpoint.AsksFor(content.Type)).Select(endpoint => endpoint.Id);
        IReadOnlyList<string> receivers = [.. content.Url is null ? [] : new[] { Delivery.OneMessage }, .. asking];
        if (!await messages.TryAddAsync(workspace, new(announcement.Source, announcement.Id, content.Id, content.Type, content.At, receivers), cancellationToken))
        {
            receivers = (await messages.FindAsync(workspace, content.At, content.Id, cancellationToken))?.Receivers ?? [];
        }

        await Parallel.ForEachAsync(
            receivers,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (receiver, token) => await queue.SendAsync(new DeliveryOrder(workspace, announcement.Source, announcement.Id, receiver, Attempt: 1), cancellationToken: token));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "There is nothing to tell of {Source} {Id} of workspace {Workspace}: its announcement is dropped")]
        public static partial void Dropped(ILogger logger, string source, string id, string workspace);
    }
}

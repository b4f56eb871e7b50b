using Azure;
using Microsoft.Extensions.Logging;
using Serverless.Storage;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Endpoints;
using Serverless.Webhooks.Messages;

namespace Serverless.Webhooks.Sending;

/// <summary>
/// Delivers messages, a try at an order. Each try is in the log before it leaves, so that of several orders for it one makes it. A receiver may get a message twice when
/// a process dies over it; the id is the same then. The host takes no further orders while a few are at hand: so a request whose answer is not there after a moment is waited
/// for beside them, and another order, due when that must be over, sees to it that nothing is lost with the process.
/// </summary>
public sealed partial class DeliverWebhook(
    WebhookSources sources,
    EndpointStore endpoints,
    EndpointSecrets secrets,
    DeliveryLog log,
    SendWebhook send,
    RequestsUnderWay requests,
    WebhookQueue queue,
    TimeProvider time,
    ILogger<DeliverWebhook> logger)
{
    // How long a request may hold up its lane.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    // A short outage is often over by then.
    private static readonly TimeSpan OutageWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ShortestWaitWithoutTurn = TimeSpan.FromSeconds(10);

    /// <summary>Carries an order out.</summary>
    /// <param name="order">The order.</param>
    /// <param name="messageId">Its id in the queue: the same when it comes again.</param>
    /// <param name="lane">The lane it came in.</param>
    /// <param name="cancellationToken">The process is about to end: the order comes back.</param>
    /// <exception cref="FormatException">What the message says cannot be read.</exception>
    internal async Task DeliverAsync(DeliveryOrder order, string messageId, WebhookLane lane, CancellationToken cancellationToken)
    {
        var endpoint = order.Endpoint == Delivery.OneMessage ? null : await endpoints.FindAsync(order.Workspace, order.Endpoint, cancellationToken);
        if (endpoint?.SlowUntil > time.GetUtcNow() && lane == WebhookLane.Fast)
        {
            await queue.SendAsideAsync(order, cancellationToken: cancellationToken);
            return;
        }

        if (await sources.FindAsync(order, cancellationToken) is not { } content)
        {
            Log.Dropped(logger, order.Source, order.Id, order.Workspace);
            return;
        }

        if (order.Made is { } made)
        {
            await GoOnAsync(order, await log.EndAsync(order, content, made), made);
            return;
        }

        if (ReasonAgainst(order, endpoint) is { } reason)
        {
            await log.AbandonAsync(order, content, reason, cancellationToken);
            return;
        }

        if ((endpoint?.Url ?? content.Url) is not { } url)
        {
            Log.Dropped(logger, order.Source, order.Id, order.Workspace);
            return;
        }

        var (receiver, host) = (endpoint is null ? url : $"{endpoint.Workspace} {endpoint.Id}", new Uri(url).IdnHost);

        // In the fast lane others wait; in the slow one there is time.
        var place = lane == WebhookLane.Fast ? requests.TryEnter(lane, receiver, host) : await requests.EnterAsync(receiver, host, Moment, cancellationToken);
        if (place is null)
        {
            var wait = lane == WebhookLane.Fast ? TimeSpan.Zero : requests.TakeTurn(receiver, host) ?? WithoutTurn(Random.Shared.NextDouble());
            await queue.SendAsideAsync(order, wait, cancellationToken);
            return;
        }

        await TryAsync(order, messageId, content, endpoint, place, cancellationToken);
    }

    private static string? ReasonAgainst(DeliveryOrder order, WebhookEndpoint? endpoint) =>
        order.Endpoint == Delivery.OneMessage ? null
        : endpoint is null ? "The endpoint has been removed"
        : endpoint.IsActive ? null
        : endpoint.SwitchedOffReason is { } reason ? $"The endpoint is switched off. {reason}"
        : "The endpoint is switched off";

    private static TimeSpan WithoutTurn(double random) => ShortestWaitWithoutTurn + ((RequestsUnderWay.LastTurn - ShortestWaitWithoutTurn) * random);

    private async Task TryAsync(
        DeliveryOrder order, string messageId, WebhookContent content, WebhookEndpoint? endpoint, RequestsUnderWay.Place place, CancellationToken cancellationToken)
    {
        if (await BeginAsync(order, messageId, content, place, cancellationToken) is not { } begun)
        {
            return;
        }

        var request = send.TryAsync(content, endpoint, begun.Delivery.Tries[^1], cancellationToken);
        var ended = EndAsync(order, endpoint, begun, request, place);
        await ((Task)request).WaitAsync(Moment, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (request.IsCompleted || !place.TryLinger() || !await IsSeenToAsync(order))
        {
            await ended;
            return;
        }

        _ = ended.ContinueWith(
            failed => Log.Interrupted(logger, failed.Exception!, order.Source, order.Id),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    // Gives the place back where there is nothing to be sent.
    private async Task<StoredDelivery?> BeginAsync(
        DeliveryOrder order, string messageId, WebhookContent content, RequestsUnderWay.Place place, CancellationToken cancellationToken)
    {
        StoredDelivery? begun = null;
        try
        {
            await send.PrepareAsync(cancellationToken);
            (begun, var left) = await log.BeginAsync(order, content, messageId, cancellationToken);
            if (left.Order is { } next)
            {
                await queue.SendAsync(next, left.Delay, cancellationToken);
            }

            return begun;
        }
        finally
        {
            if (begun is null)
            {
                place.Dispose();
            }
        }
    }

    // Another order finds out what became of the try when it must be over.
    private async Task<bool> IsSeenToAsync(DeliveryOrder order)
    {
        try
        {
            await queue.SendAsideAsync(order, RepeatedOrder.LongestTry, CancellationToken.None);
            return true;
        }
        catch (Exception failure) when (failure is RequestFailedException || StorageRetry.MayHaveLanded(failure))
        {
            return false;
        }
    }

    private async Task EndAsync(DeliveryOrder order, WebhookEndpoint? endpoint, StoredDelivery begun, Task<DeliveryTry> request, RequestsUnderWay.Place place)
    {
        using var taken = place;
        var made = await request;
        Delivery ended;
        try
        {
            ended = await log.EndAsync(begun, made);
            await NoteAsync(endpoint, made);
        }
        catch (Exception failure) when (failure is RequestFailedException || StorageRetry.MayHaveLanded(failure))
        {
            // The receiver has had it: what must not be lost is carried by another order, which waits for the queue if that is away, too.
            Log.NotWritten(logger, failure, order.Source, order.Id);
            await queue.SendThroughOutageAsync(order with { Made = made }, OutageWait);
            return;
        }

        await GoOnAsync(order, ended, made);
    }

    private async Task NoteAsync(WebhookEndpoint? endpoint, DeliveryTry made)
    {
        if (endpoint is not null && !ReferenceEquals(Note(endpoint), endpoint))
        {
            await endpoints.ChangeAsync(endpoint.Workspace, endpoint.Id, Note, CancellationToken.None);
        }

        // What the previous key has sealed is to outlast it.
        WebhookEndpoint Note(WebhookEndpoint stored)
        {
            var noted = EndpointTransition.Note(stored, made, time.GetUtcNow());
            return made.Outcome == TryOutcome.Delivered ? secrets.Renew(noted) : noted;
        }
    }

    private Task GoOnAsync(DeliveryOrder order, Delivery delivery, DeliveryTry made) =>
        delivery.Tries.Find(each => each.Attempt == made.Attempt && each.Repetition == made.Repetition)?.NextAt is { } nextAt
            ? queue.SendAsync((order with { Attempt = made.Attempt }).Next, nextAt - time.GetUtcNow(), CancellationToken.None)
            : Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "There is nothing to tell of {Source} {Id} of workspace {Workspace}: an order to deliver it is dropped")]
        public static partial void Dropped(ILogger logger, string source, string id, string workspace);

        [LoggerMessage(2, LogLevel.Warning, "What came of a message about {Source} {Id} could not be written down yet")]
        public static partial void NotWritten(ILogger logger, Exception failure, string source, string id);

        [LoggerMessage(3, LogLevel.Warning, "What came of a message about {Source} {Id} is not known: it is sent once more")]
        public static partial void Interrupted(ILogger logger, Exception failure, string source, string id);
    }
}

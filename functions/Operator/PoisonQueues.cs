using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>
/// The messages that were set aside because they could not be processed. Their text is passed on as it came, whether or not it can
/// be decoded.
/// </summary>
public sealed class PoisonQueues(IOptions<StorageOptions> options)
{
    /// <summary>The most messages that one request looks through.</summary>
    public const int MaxMessages = 1000;

    /// <summary>The most messages that can be looked at without taking them.</summary>
    public const int MaxPeeked = 32;

    private const string Suffix = "-poison";
    private const int MaxReceived = 32;

    // Long enough to go through them all; what was taken by a process that died is back after it.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(5);

    private readonly QueueServiceClient _queues = StorageClients.Queues(options.Value, QueueMessageEncoding.None);

    /// <summary>How many messages of a queue were set aside; approximately, as the service says.</summary>
    /// <param name="queue">The queue they came from.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<int> CountAsync(string queue, CancellationToken cancellationToken) =>
        UnlessMissingAsync(async () => (await Poison(queue).GetPropertiesAsync(cancellationToken)).Value.ApproximateMessagesCount, otherwise: 0);

    /// <summary>Looks at the first messages.</summary>
    /// <param name="queue">The queue they came from.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxPeeked"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<IReadOnlyList<PeekedMessage>> PeekAsync(string queue, int limit, CancellationToken cancellationToken) =>
        UnlessMissingAsync<IReadOnlyList<PeekedMessage>>(
            async () => (await Poison(queue).PeekMessagesAsync(limit, cancellationToken)).Value, otherwise: []);

    /// <summary>
    /// Puts messages back to where they came from. Each is sent before it is deleted: it may be there twice for a moment, but never not
    /// at all.
    /// </summary>
    /// <param name="queue">The queue they came from.</param>
    /// <param name="id">The one message; null for all there are, up to <see cref="MaxMessages"/>.</param>
    /// <param name="cancellationToken">Stops after the message at hand.</param>
    /// <returns>How many were put back.</returns>
    public Task<int> ReplayAsync(string queue, string? id, CancellationToken cancellationToken) => TakeAsync(
        queue,
        id,
        message => _queues.GetQueueClient(queue).SendMessageAsync(message.Body, timeToLive: QueueMessages.Forever, cancellationToken: CancellationToken.None),
        cancellationToken);

    /// <summary>Deletes messages for good.</summary>
    /// <param name="queue">The queue they came from.</param>
    /// <param name="id">The one message; null for all there are, up to <see cref="MaxMessages"/>.</param>
    /// <param name="cancellationToken">Stops after the message at hand.</param>
    /// <returns>How many were deleted.</returns>
    public Task<int> DropAsync(string queue, string? id, CancellationToken cancellationToken) =>
        TakeAsync(queue, id, static _ => Task.CompletedTask, cancellationToken);

    // Only what is there at the beginning: what is replayed may be back before the end.
    private async Task<int> TakeAsync(string queue, string? id, Func<QueueMessage, Task> beforeDeletion, CancellationToken cancellationToken)
    {
        var left = Math.Min(MaxMessages, await CountAsync(queue, cancellationToken));
        var poison = Poison(queue);
        var passedOver = new List<QueueMessage>();
        var taken = 0;
        try
        {
            while (left > 0 && (id is null || taken == 0))
            {
                QueueMessage[] messages = await poison.ReceiveMessagesAsync(Math.Min(left, MaxReceived), Hidden, cancellationToken);
                if (messages.Length == 0)
                {
                    break;
                }

                left -= messages.Length;
                passedOver.AddRange(messages);
                foreach (var message in messages.Where(message => id is null || message.MessageId == id))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await beforeDeletion(message);
                    await poison.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
                    passedOver.Remove(message);
                    taken++;
                }
            }
        }
        finally
        {
            await ReleaseAsync(poison, passedOver);
        }

        return taken;
    }

    private static async Task ReleaseAsync(QueueClient poison, List<QueueMessage> messages)
    {
        foreach (var message in messages)
        {
            try
            {
                await poison.UpdateMessageAsync(
                    message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: CancellationToken.None);
            }
            catch (Exception failure) when (failure is RequestFailedException or AggregateException)
            {
                // It comes back by itself in a while.
            }
        }
    }

    private static async Task<T> UnlessMissingAsync<T>(Func<Task<T>> ask, T otherwise)
    {
        try
        {
            return await ask();
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            // The host makes the queue when it first needs it.
            return otherwise;
        }
    }

    private QueueClient Poison(string queue) => _queues.GetQueueClient(queue + Suffix);
}

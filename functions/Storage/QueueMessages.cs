using Azure.Storage.Queues;

namespace Serverless.Storage;

/// <summary>What all queue messages have in common.</summary>
internal static class QueueMessages
{
    /// <summary>How long they live. It is a week unless told otherwise, and nothing acknowledged may expire.</summary>
    public static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    // Whoever sends such a message has received one from the queue a moment ago: it will be back.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Sends a message that nothing else stands for. An outage of the queue is waited for, up to a minute.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="message">The message.</param>
    /// <param name="pause">How long it is hidden at first; null for not at all.</param>
    /// <param name="time">The time.</param>
    public static async Task SendThroughOutageAsync(this QueueClient queue, BinaryData message, TimeSpan? pause, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        for (var round = 0; ; round++)
        {
            try
            {
                await queue.SendMessageAsync(message, pause, Forever, patience.Token);
                return;
            }
            catch (Exception refusal) when (StorageRetry.IsOutage(refusal) && !patience.IsCancellationRequested)
            {
                await Task.Delay(StorageRetry.Pause(round), time, patience.Token);
            }
        }
    }
}

using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Local.Queues;

/// <summary>Takes one message from receipt to its end: deleted, left for another try, or moved to the poison queue.</summary>
internal sealed partial class QueueMessageProcessor(
    QueueFunction function,
    QueueServiceClient storage,
    QueueOptions options,
    TimeProvider time,
    ILogger<QueueMessageProcessor> logger)
{
    private readonly QueueClient _queue = storage.GetQueueClient(function.QueueName);

    /// <summary>Processes the message; never throws, since its fate is in the queue.</summary>
    public async Task ProcessAsync(QueueMessage message, CancellationToken aborted)
    {
        try
        {
            if (message.DequeueCount > options.MaxDequeueCount && function.PoisonQueueName is not null)
            {
                // The tries so far ended with the process, not with an exception.
                await GiveUpAsync(message, message.PopReceipt);
            }
            else if (function.Read(message, options.Base64) is { } input)
            {
                var lease = new QueueMessageLease(_queue, message, options.Lease, time, logger);
                var succeeded = await TryInvokeAsync(message, input, lease, aborted);
                await EndAsync(message, lease.Receipt, succeeded);
            }
            else
            {
                Log.Undecodable(logger, message.MessageId, function.QueueName);
                await GiveUpAsync(message, message.PopReceipt);
            }
        }
        catch (RequestFailedException failure) when (failure.SaysMessageIsGone())
        {
            Log.Gone(logger, message.MessageId, function.QueueName);
        }
        catch (Exception failure)
        {
            Log.NotEnded(logger, message.MessageId, function.QueueName, failure);
        }
    }

    private async Task<bool> TryInvokeAsync(QueueMessage message, TypedData input, QueueMessageLease lease, CancellationToken aborted)
    {
        await using (lease)
        {
            var succeeded = await function.Invoker.TryInvokeAsync(input, QueueFunction.Describe(message), aborted);
            if (!succeeded)
            {
                Log.Failed(logger, message.MessageId, function.QueueName, message.DequeueCount, options.MaxDequeueCount);
            }

            return succeeded;
        }
    }

    private Task EndAsync(QueueMessage message, string receipt, bool succeeded) =>
        succeeded ? _queue.DeleteMessageAsync(message.MessageId, receipt, CancellationToken.None)
        : message.DequeueCount >= options.MaxDequeueCount && function.PoisonQueueName is not null ? GiveUpAsync(message, receipt)
        : _queue.UpdateMessageAsync(
            message.MessageId, receipt, visibilityTimeout: options.VisibilityTimeout, cancellationToken: CancellationToken.None);

    /// <summary>Copies the message as it came to the poison queue, and only then deletes it.</summary>
    private async Task GiveUpAsync(QueueMessage message, string receipt)
    {
        if (function.PoisonQueueName is { } poisonQueueName)
        {
            var poison = storage.GetQueueClient(poisonQueueName);
            await poison.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None);
            await poison.SendMessageAsync(message.Body, timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: CancellationToken.None);
            Log.Poison(logger, message.MessageId, poisonQueueName);
            await _queue.DeleteMessageAsync(message.MessageId, receipt, CancellationToken.None);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} of queue {Queue} was not processed (try {Count} of {MaxCount}).")]
        public static partial void Failed(ILogger logger, string messageId, string queue, long count, int maxCount);

        [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} was moved to queue {PoisonQueue}.")]
        public static partial void Poison(ILogger logger, string messageId, string poisonQueue);

        [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} of queue {Queue} is not base64.")]
        public static partial void Undecodable(ILogger logger, string messageId, string queue);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} of queue {Queue} was gone when its processing ended.")]
        public static partial void Gone(ILogger logger, string messageId, string queue);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The end of message {MessageId} could not be told to queue {Queue}; it will be tried again.")]
        public static partial void NotEnded(ILogger logger, string messageId, string queue, Exception exception);
    }
}

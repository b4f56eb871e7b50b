using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Serverless.Local.Functions;

namespace Serverless.Local.Queues;

/// <summary>Tells a message that is somebody else's by now from other failures.</summary>
internal static class QueueFailures
{
    public static bool SaysMessageIsGone(this RequestFailedException failure) =>
        failure.ErrorCode == QueueErrorCode.MessageNotFound || failure.ErrorCode == QueueErrorCode.PopReceiptMismatch;
}

/// <summary>Keeps a message invisible to others while it is being processed, and knows the receipt to change or delete it with.</summary>
internal sealed partial class QueueMessageLease : IAsyncDisposable
{
    private readonly QueueClient _queue;
    private readonly QueueMessage _message;
    private readonly TimeSpan _lease;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewal;

    public QueueMessageLease(QueueClient queue, QueueMessage message, TimeSpan lease, TimeProvider time, ILogger logger)
    {
        _queue = queue;
        _message = message;
        _lease = lease;
        _time = time;
        _logger = logger;
        Receipt = message.PopReceipt;
        _renewal = RenewAsync();
    }

    /// <summary>The latest receipt; final once the lease is disposed.</summary>
    public string Receipt { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewal;
        _ended.Dispose();
    }

    private async Task RenewAsync()
    {
        var wait = _lease / 2;
        while (await _time.TryDelay(wait, _ended.Token))
        {
            try
            {
                // Never cancelled half-way: the receipt it brings is the only one that is good afterwards.
                UpdateReceipt renewed = await _queue.UpdateMessageAsync(
                    _message.MessageId, Receipt, visibilityTimeout: _lease, cancellationToken: CancellationToken.None);
                Receipt = renewed.PopReceipt;
                wait = _lease / 2;
            }
            catch (RequestFailedException failure) when (failure.SaysMessageIsGone())
            {
                Log.Lost(_logger, _message.MessageId, _queue.Name);
                return;
            }
            catch (Exception failure)
            {
                Log.RenewalFailed(_logger, _message.MessageId, _queue.Name, failure);
                wait = _lease / 10;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} of queue {Queue} was taken by another while it was processed.")]
        public static partial void Lost(ILogger logger, string messageId, string queue);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of message {MessageId} of queue {Queue} could not be renewed; trying again.")]
        public static partial void RenewalFailed(ILogger logger, string messageId, string queue, Exception exception);
    }
}

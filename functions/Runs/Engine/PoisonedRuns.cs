using System.Buffers.Text;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>
/// Ends the runs whose messages were set aside because they could not be processed. What is no message of a run stays where it is, for the
/// operator. That is why no trigger empties the queue: it would hide such a message, over and over, from the only one who can deal with it.
/// </summary>
public sealed partial class PoisonedRuns(IOptions<StorageOptions> options, RunEnding ending, IErasedTenants erased, ILogger<PoisonedRuns> logger)
{
    private const string Reason = "The run could not go on: an unexpected error kept coming back";
    private const int MaxReceived = 32;

    // Long enough for all that were received; what was left by a process that died is back after it.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(2);

    private readonly QueueClient _poison = StorageClients.Queues(options.Value, QueueMessageEncoding.None).GetQueueClient($"{QueueNames.Runs}-poison");

    /// <summary>Ends the runs.</summary>
    /// <returns>How many messages were dealt with.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        var leftAlone = new List<QueueMessage>();
        var ended = 0;
        try
        {
            while (await ReceiveAsync(cancellationToken) is { Length: > 0 } messages)
            {
                foreach (var message in messages)
                {
                    if (await TryEndAsync(message))
                    {
                        ended++;
                    }
                    else
                    {
                        leftAlone.Add(message);
                    }
                }
            }
        }
        finally
        {
            foreach (var message in leftAlone)
            {
                await _poison.UpdateMessageAsync(
                    message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: CancellationToken.None);
            }
        }

        return ended;
    }

    private async Task<QueueMessage[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _poison.ReceiveMessagesAsync(MaxReceived, Hidden, cancellationToken);
        }
        catch (Azure.RequestFailedException failure) when (failure.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            // The host makes the queue when it first needs it.
            return [];
        }
    }

    private async Task<bool> TryEndAsync(QueueMessage message)
    {
        var text = message.Body.ToMemory();
        if (!Base64.IsValid(text.Span) || RunMessage.TryDecode(Convert.FromBase64String(message.Body.ToString())) is not { } order)
        {
            Log.Unreadable(logger, message.MessageId);
            return false;
        }

        try
        {
            // What was erased is not to come back with a message.
            if (!await erased.IsErasedAsync(order.Workspace))
            {
                await ending.AbandonAsync(order, Reason);
            }
        }
        catch (FormatException failure)
        {
            Log.RunUnreadable(logger, failure, order.Id);
            return false;
        }

        await _poison.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
        Log.Ended(logger, order.Id);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Run {Run} was ended, for its message failed too often")]
        public static partial void Ended(ILogger logger, RunId run);

        [LoggerMessage(2, LogLevel.Warning, "The poison message {Message} names no run: it is left to the operator")]
        public static partial void Unreadable(ILogger logger, string message);

        [LoggerMessage(3, LogLevel.Warning, "The run {Run} of a poison message cannot be read: it is left to the operator")]
        public static partial void RunUnreadable(ILogger logger, Exception failure, RunId run);
    }
}

using System.Buffers.Text;
using System.Text;
using Azure.Storage.Queues.Models;

namespace Serverless.Standalone.Host;

/// <summary>Decodes the text of a message.</summary>
internal static class QueueMessageBody
{
    /// <summary>The message with its body decoded; null when it is not the base64 it should be.</summary>
    public static QueueMessage? Decode(QueueMessage message, bool base64) =>
        !base64 ? message
        : Base64.IsValid(message.Body.ToMemory().Span) ? QueuesModelFactory.QueueMessage(
            message.MessageId,
            message.PopReceipt,
            BinaryData.FromBytes(Convert.FromBase64String(Encoding.UTF8.GetString(message.Body))),
            message.DequeueCount,
            message.NextVisibleOn,
            message.InsertedOn,
            message.ExpiresOn)
        : null;
}

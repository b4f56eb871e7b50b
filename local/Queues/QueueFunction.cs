using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Azure.Storage.Queues.Models;
using Google.Protobuf;
using Microsoft.Extensions.Configuration;
using Serverless.Local.Configuration;
using Serverless.Local.Functions;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Local.Queues;

/// <summary>A function with a queue trigger.</summary>
/// <param name="Invoker">Runs it.</param>
/// <param name="QueueName">The queue.</param>
/// <param name="ConnectionString">The storage account.</param>
/// <param name="IsBinary">Whether the worker asked for the bytes of messages; if not, it gets them as text, whatever becomes of them.</param>
internal sealed record QueueFunction(FunctionInvoker Invoker, string QueueName, string ConnectionString, bool IsBinary)
{
    private const string PoisonSuffix = "-poison";

    /// <summary>Where messages go that cannot be processed; null for a queue that is such a place itself.</summary>
    public string? PoisonQueueName => QueueName.EndsWith(PoisonSuffix, StringComparison.Ordinal) ? null : QueueName + PoisonSuffix;

    /// <summary>Reads the trigger of a function.</summary>
    public static QueueFunction From(FunctionInvoker invoker, IConfiguration settings)
    {
        var function = invoker.Function;
        var connection = function["connection"] is { Length: > 0 } named ? named : HostSettings.Storage;
        return new(
            invoker,
            SettingNames.Resolve(function["queueName"]!, settings, function),
            settings[connection] ?? throw function.Mistake(
                $"the setting '{connection}' holds no connection string, and this host knows no other connection: identities need the Functions host."),
            string.Equals(function["dataType"], "binary", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What the function is given of a message; null when its text is not the base64 it should be.</summary>
    public TypedData? Read(QueueMessage message, bool isBase64)
    {
        var body = message.Body.ToMemory();
        if (isBase64)
        {
            if (!Base64.IsValid(body.Span))
            {
                return null;
            }

            body = Convert.FromBase64String(Encoding.UTF8.GetString(body.Span));
        }

        return IsBinary
            ? new() { Bytes = ByteString.CopyFrom(body.Span) }
            : new() { String = Encoding.UTF8.GetString(body.Span) };
    }

    /// <summary>What the function may learn of a message beside its text.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Describe(QueueMessage message) =>
    [
        new("Id", message.MessageId),
        new("DequeueCount", message.DequeueCount.ToString(CultureInfo.InvariantCulture)),
        new("InsertionTime", (message.InsertedOn ?? default).ToString("O", CultureInfo.InvariantCulture)),
    ];
}

using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Serverless.Standalone.Host;

/// <summary>A function with a queue trigger.</summary>
/// <param name="Invoker">Calls it.</param>
/// <param name="QueueName">The queue.</param>
/// <param name="ConnectionString">The storage account.</param>
/// <param name="Bind">Makes what its parameter asks for out of a message with a decoded body.</param>
internal sealed record QueueFunction(FunctionInvoker Invoker, string QueueName, string ConnectionString, Func<QueueMessage, object> Bind)
{
    private const string PoisonSuffix = "-poison";

    /// <summary>Where messages go that cannot be processed; null for a queue that is such a place itself.</summary>
    public string? PoisonQueueName => QueueName.EndsWith(PoisonSuffix, StringComparison.Ordinal) ? null : QueueName + PoisonSuffix;

    public static IEnumerable<QueueFunction> From(IReadOnlyList<FunctionMethod> functions, IConfiguration settings) =>
        from function in functions
        let trigger = function.Trigger as QueueTriggerAttribute
        where trigger is not null
        select From(function, trigger, settings);

    private static QueueFunction From(FunctionMethod function, QueueTriggerAttribute trigger, IConfiguration settings)
    {
        if (function.ResultType is { } result)
        {
            throw function.Mistake($"a queue function returns nothing, not {result}.");
        }

        var connection = trigger.Connection ?? HostSettings.Storage;
        return new QueueFunction(
            new FunctionInvoker(function),
            SettingNames.Resolve(trigger.QueueName, settings, function),
            settings[connection] ?? throw function.Mistake($"the setting '{connection}' holds no connection string, and this host knows no other connection: identities need the Functions host."),
            BinderFor(function));
    }

    private static Func<QueueMessage, object> BinderFor(FunctionMethod function)
    {
        var type = function.TriggerParameter.ParameterType;
        return type == typeof(string) ? static message => message.Body.ToString()
            : type == typeof(BinaryData) ? static message => message.Body
            : type == typeof(QueueMessage) ? static message => message
            : throw function.Mistake($"a queue trigger binds to string, BinaryData or QueueMessage, not {type}.");
    }
}

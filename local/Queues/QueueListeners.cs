using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serverless.Local.Functions;
using Serverless.Local.Workers;

namespace Serverless.Local.Queues;

/// <summary>Gives each queue function its listener.</summary>
internal static class QueueListeners
{
    /// <summary>Makes the listeners.</summary>
    /// <param name="functions">All functions.</param>
    /// <param name="settings">The host's settings.</param>
    /// <param name="configure">What the clients are to do beside what they do anyway.</param>
    /// <param name="time">The time.</param>
    /// <param name="logs">Makes the logs.</param>
    public static IEnumerable<ITriggerListener> For(
        IEnumerable<FunctionInvoker> functions, IConfiguration settings, Action<QueueClientOptions>? configure, TimeProvider time, ILoggerFactory logs)
    {
        var options = QueueOptions.From(settings);
        return functions
            .Where(invoker => invoker.Function.IsTriggeredBy(FunctionDefinition.QueueTrigger))
            .Select(invoker => Listen(QueueFunction.From(invoker, settings), options, configure, time, logs));
    }

    private static QueueListener Listen(
        QueueFunction function, QueueOptions options, Action<QueueClientOptions>? configure, TimeProvider time, ILoggerFactory logs) => new(
        Connect(function, configure, retry: false).GetQueueClient(function.QueueName),
        new QueueMessageProcessor(function, Connect(function, configure, retry: true), options, time, logs.CreateLogger<QueueMessageProcessor>()),
        options,
        time,
        logs.CreateLogger<QueueListener>());

    /// <summary>Text passes as it is, so that what cannot be decoded can still be moved to the poison queue.</summary>
    private static QueueServiceClient Connect(QueueFunction function, Action<QueueClientOptions>? configure, bool retry)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        if (!retry)
        {
            options.Retry.MaxRetries = 0;
        }

        configure?.Invoke(options);
        try
        {
            return new QueueServiceClient(function.ConnectionString, options);
        }
        catch (FormatException mistake)
        {
            throw function.Invoker.Function.Mistake($"its connection string is not valid. {mistake.Message}");
        }
    }
}

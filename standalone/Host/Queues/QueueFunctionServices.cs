using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Serverless.Standalone.Host;

/// <summary>Gives each queue function its listener.</summary>
internal static class QueueFunctionServices
{
    public static void AddQueueFunctions(this IServiceCollection services, IReadOnlyList<FunctionMethod> functions, IConfiguration settings)
    {
        var options = QueueOptions.From(settings);
        foreach (var function in QueueFunction.From(functions, settings).ToArray())
        {
            services.AddSingleton<ITriggerListener>(provider => Listen(function, options, provider));
        }
    }

    private static QueueListener Listen(QueueFunction function, QueueOptions options, IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var processor = new QueueMessageProcessor(
            function,
            Connect(function, services, retry: true),
            options,
            services.GetRequiredService<IServiceScopeFactory>(),
            time,
            services.GetRequiredService<ILogger<QueueMessageProcessor>>());
        return new QueueListener(
            Connect(function, services, retry: false).GetQueueClient(function.QueueName),
            processor,
            options,
            time,
            services.GetRequiredService<ILogger<QueueListener>>());
    }

    /// <summary>Text passes as it is, so that what cannot be decoded can still be moved to the poison queue.</summary>
    private static QueueServiceClient Connect(QueueFunction function, IServiceProvider services, bool retry)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        if (!retry)
        {
            options.Retry.MaxRetries = 0;
        }

        // services.Configure<QueueClientOptions>(…) reaches the listeners too: a test counts their transactions, or makes them fail.
        foreach (var configure in services.GetServices<IConfigureOptions<QueueClientOptions>>())
        {
            configure.Configure(options);
        }

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

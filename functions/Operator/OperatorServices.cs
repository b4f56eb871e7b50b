using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Settings;

namespace Serverless.Operator;

/// <summary>Adds what the operator needs.</summary>
public static class OperatorServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddOperator(this IServiceCollection services) => services
        .AddSettings<OperatorOptions, OperatorOptionsValidator>().Services
        .AddSurface<OperatorSurface>()
        .AddSurface<ServiceSurface>()
        .AddSingleton<AdminKey>()
        .AddSingleton<PoisonQueues>()
        .AddSingleton<QueueLevels>()
        .AddSingleton<Readiness>();
}

using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;

namespace Serverless.Operator;

/// <summary>Adds what the operator needs.</summary>
public static class OperatorServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddOperator(this IServiceCollection services) => services
        .AddOptions<OperatorOptions>().BindConfiguration("").Services
        .AddSurface<OperatorSurface>()
        .AddSurface<ServiceSurface>()
        .AddSingleton<AdminKey>()
        .AddSingleton<OperatorEndpoint>()
        .AddSingleton<OrganizationEndpoints>()
        .AddSingleton<ProjectEndpoints>()
        .AddSingleton<MemberEndpoints>()
        .AddSingleton<KeyEndpoints>()
        .AddSingleton<AgentEndpoints>()
        .AddSingleton<PoisonQueues>()
        .AddSingleton<PoisonEndpoints>()
        .AddSingleton<QueueLevels>()
        .AddSingleton<Readiness>();
}

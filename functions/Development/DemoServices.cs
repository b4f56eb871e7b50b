using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Development;

/// <summary>Adds the demo.</summary>
public static class DemoServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services) => services
        .AddSingleton<DemoTenant>()
        .AddSingleton<DemoAgent>()
        .AddHostedService<DemoData>();
}

using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;

namespace Serverless.Console;

/// <summary>Adds the web page.</summary>
public static class ConsoleServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        // Read when somebody signs in, and not at the start: there is nothing in them that could be wrong.
        services.AddOptions<ConsoleOptions>().BindConfiguration(ConsoleOptions.Section);
        return services
            .AddSurface<ConsoleSurface>()
            .AddSingleton<DemoSignIn>();
    }
}

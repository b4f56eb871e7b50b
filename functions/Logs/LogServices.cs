using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Settings;

namespace Serverless.Logs;

/// <summary>Adds LuminaLog.</summary>
public static class LogServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddLogs(this IServiceCollection services) => services
        .AddSettings<LogRetentionOptions, LogRetentionOptionsValidator>().Services
        .AddSurface<LuminaLog>()
        .AddSingleton<LogAdmission>()
        .AddSingleton<LogCounter>()
        .AddSingleton<LogFeed>()
        .AddSingleton<LogUpkeep>();
}

using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Logs.Query;
using Serverless.Settings;
using Serverless.Tenancy;

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
        .AddSingleton<QuestionCheck>(_ => LogQueryParser.FindMistake)
        .AddSingleton<LogUpkeep>();
}

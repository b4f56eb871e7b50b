using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Settings;
using Serverless.Traces.Ai;
using Serverless.Traces.Hours;
using Serverless.Traces.Reading;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces;

/// <summary>Adds LumiqTrace.</summary>
public static class TraceServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddTraces(this IServiceCollection services) => services
        .AddSettings<TraceRetentionOptions, TraceRetentionOptionsValidator>().Services
        .AddSurface<LumiqTrace>()
        .AddSingleton<TraceAdmission>()
        .AddSingleton<SessionGate>()
        .AddSingleton<LoginAttempts>()
        .AddSingleton<HourLedger>()
        .AddSingleton<PersistEvents>()
        .AddSingleton<TraceUpkeep>()
        .AddSingleton<EventScan>()
        .AddSingleton<EventGroups>()
        .AddSingleton<TraceTrees>()
        .AddSingleton<TraceList>()
        .AddSingleton<FiguresReader>()
        .AddSingleton<FiveMinutesReader>()
        .AddSingleton<AskQuestion>();
}

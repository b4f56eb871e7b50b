using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Settings;
using Serverless.Traces.Ai;
using Serverless.Traces.Hours;
using Serverless.Traces.Otel;
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
        .AddIn()
        .AddOut()
        .AddSingleton<Login>()
        .AddSingleton<Logout>()
        .AddSingleton<SessionGate>();

    private static IServiceCollection AddIn(this IServiceCollection services) => services
        .AddSingleton<TraceAdmission>()
        .AddSingleton<IngestEvents>()
        .AddSingleton<IngestExport>()
        .AddSingleton<HourLedger>()
        .AddSingleton<PersistEvents>()
        .AddSingleton<TraceUpkeep>();

    private static IServiceCollection AddOut(this IServiceCollection services) => services
        .AddSingleton<EventScan>()
        .AddSingleton<FiguresReader>()
        .AddSingleton<ReadEvents>()
        .AddSingleton<ReadTrace>()
        .AddSingleton<ReadReports>()
        .AddSingleton<AskQuestion>()
        .AddSingleton<AskAboutProject>();
}

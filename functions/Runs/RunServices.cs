using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Outbound;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Concurrency;
using Serverless.Runs.Engine.Steps;
using Serverless.Runs.Inputs;
using Serverless.Runs.Triggers;
using Serverless.Runs.Upkeep;
using Serverless.Runs.Watching;
using Serverless.Settings;
using Serverless.Webhooks.Messages;

namespace Serverless.Runs;

/// <summary>Adds what Lamina runs.</summary>
public static class RunServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddApps()
        .AddEngine()
        .AddUpkeep()
        .AddSingleton<AcceptOnce>()
        .AddSingleton<RunWatcher>()
        .AddSingleton<RunFeed>()
        .AddSingleton<IWebhookSource, EndedRuns>()
        .AddTriggers();

    private static IServiceCollection AddApps(this IServiceCollection services) => services
        .AddSingleton<AppStore>()
        .AddSingleton<AppCatalog>()
        .AddSingleton<MediaCheck>(provider =>
            async (url, media, cancellationToken) => (await provider.GetRequiredService<MediaProbe>().ProbeAsync(url, media, cancellationToken)).Problem)
        .AddSingleton<InputValidator>();

    private static IServiceCollection AddEngine(this IServiceCollection services) => services
        .AddSingleton<SlotTable>()
        .AddSingleton<RunStore>()
        .AddSingleton<RunGate>()
        .AddSingleton<RunQueue>()
        .AddSingleton<RunsUnderWay>()
        .AddSingleton<IStepRunner, TextStepRunner>()
        .AddSingleton<IStepRunner, HttpStepRunner>()
        .AddSingleton<IStepRunner, LanguageModelStepRunner>()
        .AddSingleton<IStepRunner, SearchStepRunner>()
        .AddSingleton(provider => new StepRunners(
            provider.GetServices<IStepRunner>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<StepRunners>>()))
        .AddSingleton<RunSubmission>()
        .AddSingleton<RunEngine>()
        .AddSingleton<RunEnding>()
        .AddSingleton<RunBatches>()
        .AddSingleton<ReplayLog>()
        .AddSingleton<RunList>()
        .AddSingleton<RunCounter>()
        .AddSingleton<RunSettlement>()
        .AddSingleton<PoisonedRuns>();

    private static IServiceCollection AddUpkeep(this IServiceCollection services) => services
        .AddSettings<RunRetentionOptions, RunRetentionOptionsValidator>().Services
        .AddSingleton<OverdueRuns>()
        .AddSingleton<RunRemoval>()
        .AddSingleton<RunRetention>()
        .AddSingleton<RunUpkeep>();

    private static IServiceCollection AddTriggers(this IServiceCollection services) => services
        .AddSingleton<TriggerStore>()
        .AddSingleton<TriggerQueue>()
        .AddSingleton<TriggeredRuns>()
        .AddSingleton<TriggerReader>()
        .AddSingleton<OverdueTriggers>()
        .AddSingleton<FireOnSchedule>();
}

using System.Net;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Serverless.Admission;
using Serverless.Agents;
using Serverless.Development;
using Serverless.Diagnostics;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Logs;
using Serverless.Operator;
using Serverless.Outbound;
using Serverless.Outbound.Search;
using Serverless.Runs;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Steps;
using Serverless.Runs.Inputs;
using Serverless.Runs.Requests;
using Serverless.Runs.Triggers;
using Serverless.Runs.Watching;
using Serverless.Runs.Webhooks;
using Serverless.Storage;
using Serverless.Telemetry;
using Serverless.Tenancy;
using Serverless.Traces;
using Serverless.Traces.Ai;
using Serverless.Traces.Hours;
using Serverless.Traces.Otel;
using Serverless.Traces.Reading;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless;

/// <summary>What the application is made of.</summary>
public static class ServerlessServices
{
    // What OWASP asks of PBKDF2 with SHA-512.
    private const int PasswordIterations = 210_000;

    /// <summary>Adds everything the function classes need.</summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="configuration">The settings, read once the host has gathered them all.</param>
    public static IServiceCollection AddServerless(this IServiceCollection services, IConfiguration configuration)
    {
        // The worker's server would stop at 30 MB.
        services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = RequestBody.MaxBytes);
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddTelemetry(configuration)
            .AddHostedService<SettingsCheck>()
            .AddStorage(configuration)
            .AddTenancy(configuration)
            .AddHttp(configuration)
            .AddIngestion()
            .AddOutbound(configuration)
            .AddLogs(configuration)
            .AddTraces(configuration)
            .AddTraceSessions()
            .AddRuns()
            .AddRunEngine()
            .AddRunTriggers()
            .AddWebhooks()
            .AddSearch(configuration)
            .AddAgents(configuration)
            .AddOperator(configuration);
    }

    private static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => StorageOptions.From(configuration))
        .AddSingleton(provider => StorageClients.Tables(provider.GetRequiredService<StorageOptions>()))
        .AddSingleton(provider => StorageClients.Queues(provider.GetRequiredService<StorageOptions>()))
        .AddSingleton(provider => new Ledgers(Ledger(provider, TableNames.Tenants), Ledger(provider, TableNames.Clients)))
        .AddHostedService<StorageInitializer>();

    private static IServiceCollection AddTenancy(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => new Plans(configuration))
        .AddSingleton<AccountStore>()
        .AddSingleton<AgentStore>()
        .AddSingleton<KeyStore>()
        .AddSingleton<ExpiredRows>()
        .AddSingleton<ProjectStore>()
        .AddSingleton<UserStore>()
        .AddSingleton<SessionStore>()
        .AddSingleton<MembershipStore>()
        .AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>()
        .Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations)
        .AddSingleton<AdmissionGate>()
        .AddSingleton<ClientGate>()
        .AddSingleton<IdempotencyStore>()
        .AddSingleton<UsageReader>()
        .AddSingleton<DemoTenant>()
        .AddSingleton<DemoAgent>()
        .AddHostedService<DemoData>();

    private static IServiceCollection AddHttp(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => HttpOptions.From(configuration))
        .AddSingleton<ClientAddress>()
        .AddSingleton<TransportSecurity>()
        .AddSingleton<SurfaceEndpoint>()
        .AddSingleton<RouteTable>()
        .AddSingleton<SurfaceMap>()

        // The first surface also answers for unknown paths.
        .AddSurface<Lamina>()
        .AddSurface<LuminaLog>()
        .AddSurface<LumiqTrace>()
        .AddSurface<Lithtrix>()
        .AddSurface<OperatorSurface>()
        .AddSurface<ServiceSurface>();

    private static IServiceCollection AddIngestion(this IServiceCollection services) => services
        .AddSingleton<ChunkStore>()
        .AddSingleton<ChunkQueue>()
        .AddSingleton<ChunkUploads>()
        .AddSingleton<QueueWork>()
        .AddSingleton<ChunkDelivery>()
        .AddSingleton<RecordReader>();

    private static IServiceCollection AddOutbound(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<NameResolver>(Dns.GetHostAddressesAsync);
        return services
            .AddSingleton(_ => OutboundOptions.From(configuration))
            .AddSingleton<AddressRules>()
            .AddSingleton<OutboundGuard>()
            .AddSingleton<GuardedHttp>()
            .AddSingleton<MediaProbe>()
            .AddOptions<ChatModelOptions>().Configure(options => options.Read(configuration)).ValidateOnStart().Services
            .AddSingleton<ChatModel>();
    }

    private static IServiceCollection AddLogs(this IServiceCollection services, IConfiguration configuration) => services
        .AddOptions<LogRetentionOptions>().Configure(options => options.Read(configuration)).ValidateOnStart().Services
        .AddSingleton<LogAdmission>()
        .AddSingleton<IngestLogs>()
        .AddSingleton<ReadLogs>()
        .AddSingleton<LogStats>()
        .AddSingleton<TailLogs>()
        .AddSingleton<LogUpkeep>();

    private static IServiceCollection AddTraces(this IServiceCollection services, IConfiguration configuration) => services
        .AddOptions<TraceRetentionOptions>().Configure(options => options.Read(configuration)).ValidateOnStart().Services
        .AddSingleton<TraceAdmission>()
        .AddSingleton<IngestEvents>()
        .AddSingleton<IngestExport>()
        .AddSingleton<HourLedger>()
        .AddSingleton<PersistEvents>()
        .AddSingleton<TraceUpkeep>()
        .AddSingleton<EventScan>()
        .AddSingleton<FiguresReader>()
        .AddSingleton<ReadEvents>()
        .AddSingleton<ReadTrace>()
        .AddSingleton<ReadReports>()
        .AddSingleton<AskQuestion>()
        .AddSingleton<AskAboutProject>();

    private static IServiceCollection AddTraceSessions(this IServiceCollection services) => services
        .AddSingleton<Login>()
        .AddSingleton<Logout>()
        .AddSingleton<SessionGate>();

    private static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<SigningKeyStore>()
        .AddSingleton<ReadSigningKey>();

    private static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSingleton<LaminaAdmission>()
        .AddSingleton<AppStore>()
        .AddSingleton<AppCatalog>()
        .AddSingleton<AppEndpoints>()
        .AddSingleton<TemplateEndpoints>()
        .AddSingleton<MediaCheck>(provider =>
            async (url, media, cancellationToken) => (await provider.GetRequiredService<MediaProbe>().ProbeAsync(url, media, cancellationToken)).Problem)
        .AddSingleton<InputValidator>()
        .AddSingleton<StartRun>()
        .AddSingleton<RunEndpoints>()
        .AddSingleton<AccountUsage>();

    private static IServiceCollection AddRunEngine(this IServiceCollection services) => services
        .AddSingleton<RunStore>()
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
        .AddSingleton<RunSweeper>()
        .AddSingleton<PoisonedRuns>();

    private static IServiceCollection AddRunTriggers(this IServiceCollection services) => services
        .AddSingleton<RunWatcher>()
        .AddSingleton<WaitForRun>()
        .AddSingleton<StreamRun>()
        .AddSingleton<DeliveryLog>()
        .AddSingleton<DeliverWebhook>()
        .AddSingleton<ReadDeliveries>()
        .AddSingleton<TriggerStore>()
        .AddSingleton<TriggerQueue>()
        .AddSingleton<TriggeredRuns>()
        .AddSingleton<TriggerEndpoints>()
        .AddSingleton<FireOnSchedule>();

    private static IServiceCollection AddSearch(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => SearchOptions.From(configuration))
        .AddSingleton<CachedSearches>()
        .AddSingleton<SearchBreaker>()
        .AddSingleton<SearchUpstream>()
        .AddSingleton<WebSearch>();

    private static IServiceCollection AddAgents(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(provider => PaymentProviders.Choose(configuration, provider.GetRequiredService<StorageOptions>()));
        return services
            .AddSingleton(_ => new UpgradeUrl(configuration))
            .AddSingleton<AgentAdmission>()
            .AddSingleton<RegisterAgent>()
            .AddSingleton<RotateKey>()
            .AddSingleton<SearchWeb>()
            .AddSingleton<AgentAccount>()
            .AddSingleton<SetUpBilling>()
            .AddSingleton<Discovery>();
    }

    private static IServiceCollection AddOperator(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => new AdminKey(configuration))
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

    private static Ledger Ledger(IServiceProvider provider, string table) =>
        new(provider.GetRequiredService<TableServiceClient>().GetTableClient(table), provider.GetRequiredService<TimeProvider>());

    private static IServiceCollection AddSurface<TSurface>(this IServiceCollection services)
        where TSurface : Surface => services
        .AddSingleton<TSurface>()
        .AddSingleton<Surface>(provider => provider.GetRequiredService<TSurface>());
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serverless.Admission;
using Serverless.Agents;
using Serverless.Alerts;
using Serverless.Console;
using Serverless.Http;
using Serverless.Ingestion;
using Serverless.Logs;
using Serverless.Members;
using Serverless.OpenApi;
using Serverless.Operator;
using Serverless.Organizations;
using Serverless.Outbound;
using Serverless.Outbound.Search;
using Serverless.Runs;
using Serverless.Secrets;
using Serverless.Storage;
using Serverless.Telemetry;
using Serverless.Tenancy;
using Serverless.Traces;
using Serverless.Webhooks;
using Serverless.Workspaces;

namespace Serverless;

/// <summary>What the application is made of: a list of its rooms.</summary>
public static class ServerlessServices
{
    /// <summary>Adds everything the function classes need.</summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="configuration">The settings that decide what there is at all; all others are read once the host has gathered them.</param>
    public static IServiceCollection AddServerless(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddTelemetry(configuration)
            .AddStorage()
            .AddSecrets()
            .AddTenancy()
            .AddAdmission()
            .AddHttp()
            .AddOrganizations()
            .AddIngestion()
            .AddOutbound()
            .AddSearch()

            // Lamina is the first surface: it also answers for paths that belong to none.
            .AddWorkspaces()
            .AddWebhooks()
            .AddRuns()
            .AddLogs()
            .AddTraces()
            .AddAgents()
            .AddAlerts()
            .AddMembers()
            .AddOperator()
            .AddOpenApi()
            .AddConsole();
    }
}

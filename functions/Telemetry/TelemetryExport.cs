using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Telemetry;

/// <summary>Sends traces, metrics and logs to whoever the settings name: a collector that speaks OTLP, Azure Monitor, both, or nobody.</summary>
internal static class TelemetryExport
{
    private const string CollectorSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MonitorSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string ServiceName = "serverless";
    private const string ServerMeter = "Microsoft.AspNetCore.Hosting";

    /// <summary>Adds the exporters. Without a setting nothing is added, and neither OpenTelemetry's SDK nor an exporter is loaded.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var (collector, monitor) = (configuration[CollectorSetting], configuration[MonitorSetting]);
        if (collector is { Length: > 0 } || monitor is { Length: > 0 })
        {
            Export(services, collector is { Length: > 0 }, monitor);
        }

        return services;
    }

    private static void Export(IServiceCollection services, bool toCollector, string? monitor)
    {
        var telemetry = new Builder(services);
        telemetry
            .ConfigureResource(resource => resource.AddService(ServiceName).AddEnvironmentVariableDetector())
            .UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(Instrumentation.Name))
            .WithMetrics(metrics => metrics.AddMeter(Instrumentation.Name, ServerMeter))
            .WithLogging(configureBuilder: null, logs => logs.IncludeScopes = logs.IncludeFormattedMessage = true);
        if (toCollector)
        {
            // The rest of the standard's variables holds, too.
            telemetry.UseOtlpExporter();
        }

        if (monitor is { Length: > 0 })
        {
            // Where storage is reached with an identity, that one sends telemetry as well.
            telemetry.UseAzureMonitorExporter(options => options.ConnectionString = monitor);
            services.AddOptions<AzureMonitorExporterOptions>().Configure<IOptions<StorageOptions>>((options, storage) =>
                options.Credential = storage.Value.ConnectionString is null ? StorageClients.Credential(storage.Value) : null);
        }

        services.AddHostedService<TelemetryService>();
    }

    private sealed class Builder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services => services;
    }
}

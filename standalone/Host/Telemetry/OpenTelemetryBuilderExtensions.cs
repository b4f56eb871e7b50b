using Azure.Core;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;

namespace Azure.Monitor.OpenTelemetry.Exporter;

/// <summary>Azure Monitor for OpenTelemetry.</summary>
public static class OpenTelemetryBuilderExtensions
{
    /// <summary>Says that the exporter is part of the build for Azure only.</summary>
    /// <param name="builder">What it was to be added to.</param>
    /// <param name="configureAzureMonitor">Its options.</param>
    /// <exception cref="HostAbortedException">Always.</exception>
    public static IOpenTelemetryBuilder UseAzureMonitorExporter(this IOpenTelemetryBuilder builder, Action<AzureMonitorExporterOptions> configureAzureMonitor) =>
        throw new HostAbortedException(
            "APPLICATIONINSIGHTS_CONNECTION_STRING: this build has no exporter for Azure Monitor. Build with -p:FunctionsHost=azure, or set OTEL_EXPORTER_OTLP_ENDPOINT instead.");
}

/// <summary>Where telemetry goes.</summary>
public class AzureMonitorExporterOptions : ClientOptions
{
    /// <summary>The connection string of the Application Insights resource.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The identity to send it with; null to send it without.</summary>
    public TokenCredential? Credential { get; set; }
}

using OpenTelemetry;

namespace Microsoft.Azure.Functions.Worker.OpenTelemetry;

/// <summary>OpenTelemetry for functions.</summary>
public static class ConfigureFunctionsOpenTelemetry
{
    /// <summary>
    /// Adds what the Functions worker tells of itself and where it runs. Here there is no worker beside the application, and nothing to add.
    /// </summary>
    /// <param name="builder">What to add it to.</param>
    public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }
}

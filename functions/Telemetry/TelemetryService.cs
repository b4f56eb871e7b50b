using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Serverless.Telemetry;

/// <summary>Listens for as long as the application runs; whatever has not been sent by its end is sent then.</summary>
/// <param name="traces">Listens to spans from the moment it is made.</param>
/// <param name="metrics">Listens to measurements from the moment it is made.</param>
internal sealed class TelemetryService(TracerProvider traces, MeterProvider metrics) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            traces.ForceFlush();
            metrics.ForceFlush();
        },
        cancellationToken);
}

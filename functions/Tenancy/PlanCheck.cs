using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Serverless.Tenancy;

/// <summary>Reads the plans when the application starts: a figure that makes no sense ends it there, and not the first request.</summary>
public sealed class PlanCheck(IServiceProvider services) : IHostedService
{
    /// <inheritdoc/>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A figure is not a whole number, or below its minimum.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<Plans>();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

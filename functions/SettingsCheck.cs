using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Agents;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Outbound.Search;
using Serverless.Runs.Webhooks;
using Serverless.Tenancy;

namespace Serverless;

/// <summary>Reads the settings when the application starts: one that makes no sense ends it there, and not the first request.</summary>
public sealed class SettingsCheck(IServiceProvider services) : IHostedService
{
    /// <inheritdoc/>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting makes no sense; the message says which.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<Plans>();
        services.GetRequiredService<HttpOptions>();
        services.GetRequiredService<OutboundOptions>();
        services.GetRequiredService<SigningKeyStore>();
        services.GetRequiredService<SearchOptions>();
        services.GetRequiredService<UpgradeUrl>();
        services.GetRequiredService<IPaymentProvider>();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

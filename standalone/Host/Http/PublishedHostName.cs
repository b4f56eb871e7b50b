using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Serverless.Standalone.Host;

/// <summary>
/// Says in the setting <c>WEBSITE_HOSTNAME</c>, as Core Tools and Azure do, under which name and port the functions are reached.
/// Added before the product's services, so that they find it as soon as everything listens.
/// </summary>
internal sealed class PublishedHostName(IServer server, IConfiguration settings) : IHostedLifecycleService
{
    private const string Setting = "WEBSITE_HOSTNAME";

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address)
        {
            settings[Setting] = new Uri(address).Authority;
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

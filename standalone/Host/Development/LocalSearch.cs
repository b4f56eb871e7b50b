using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Serverless.Standalone.Search;

namespace Serverless.Standalone.Host;

/// <summary>
/// Provides something to search when no provider is set and storage is the emulator's: a SearXNG of samples, which the settings then
/// name. Added before the product's services, so that they find it when they start.
/// </summary>
internal sealed class LocalSearch(IConfiguration settings) : IHostedLifecycleService, IAsyncDisposable
{
    private const string Provider = "Search:Provider";
    private const string Endpoint = "Search:Endpoint";

    private SampleServer? _server;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(settings[Provider]) && IsDevelopmentStorage(settings[HostSettings.Storage] ?? ""))
        {
            _server = await SampleServer.StartAsync(cancellationToken);
            settings[Provider] = "searxng";
            settings[Endpoint] = _server.Address.AbsoluteUri;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    /// <summary>Ends the server; also after a start that failed half-way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync();
        }
    }

    // The emulator's well-known account, wherever it listens.
    private static bool IsDevelopmentStorage(string connection) =>
        connection.Contains(HostSettings.DevelopmentStorage, StringComparison.OrdinalIgnoreCase)
        || connection.Contains($"AccountName={Azurite.DevelopmentAccount}", StringComparison.OrdinalIgnoreCase);
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Serverless.Standalone.Host;

/// <summary>
/// Provides development storage when that is what the settings ask for: an emulator that is running already, or one of our own,
/// which keeps its data in the repository's <c>.azurite</c> folder.
/// </summary>
internal sealed class LocalStorage(IConfiguration settings) : IHostedLifecycleService, IAsyncDisposable
{
    private const int BlobPort = 10000;
    private const int QueuePort = 10001;
    private const int TablePort = 10002;

    private Azurite? _azurite;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (string.Equals(settings[HostSettings.Storage]?.TrimEnd(';'), HostSettings.DevelopmentStorage, StringComparison.OrdinalIgnoreCase)
            && !(await IsListeningAsync(QueuePort, cancellationToken) && await IsListeningAsync(TablePort, cancellationToken)))
        {
            _azurite = await Azurite.StartAsync(
                new AzuriteOptions
                {
                    Location = Path.Combine(RepositoryRoot.Find(), ".azurite"),
                    BlobPort = BlobPort,
                    QueuePort = QueuePort,
                    TablePort = TablePort,
                },
                cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    /// <summary>Ends the emulator; also after a start that failed half-way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _azurite, null) is { } azurite)
        {
            await azurite.DisposeAsync();
        }
    }

    private static async Task<bool> IsListeningAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

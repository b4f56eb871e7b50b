using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Serverless.Local.Configuration;

namespace Serverless.Local.Storage;

/// <summary>
/// Provides development storage when that is what the settings ask for: an emulator that is running already, or one of our own,
/// which keeps its data in the repository's <c>.azurite</c> folder.
/// </summary>
internal sealed class LocalStorage : IAsyncDisposable
{
    private const int BlobPort = 10000;
    private const int QueuePort = 10001;
    private const int TablePort = 10002;

    private readonly Azurite? _azurite;

    private LocalStorage(Azurite? azurite) => _azurite = azurite;

    /// <summary>Makes sure that there is storage.</summary>
    public static async Task<LocalStorage> StartAsync(IConfiguration settings, CancellationToken cancellationToken)
    {
        var isNeeded = string.Equals(settings[HostSettings.Storage]?.TrimEnd(';'), HostSettings.DevelopmentStorage, StringComparison.OrdinalIgnoreCase)
            && !(await IsListeningAsync(QueuePort, cancellationToken) && await IsListeningAsync(TablePort, cancellationToken));
        return new(isNeeded
            ? await Azurite.StartAsync(
                new AzuriteOptions
                {
                    Location = Path.Combine(RepositoryRoot.Find(), ".azurite"),
                    BlobPort = BlobPort,
                    QueuePort = QueuePort,
                    TablePort = TablePort,
                },
                cancellationToken)
            : null);
    }

    /// <summary>Ends the emulator, if it is ours.</summary>
    public ValueTask DisposeAsync() => _azurite?.DisposeAsync() ?? ValueTask.CompletedTask;

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

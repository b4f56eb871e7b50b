using System.Text;
using Serverless.Local.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Core;

/// <summary>A storage emulator of a benchmark's own, in memory: what was stored before does not slow down what comes.</summary>
internal sealed class Emulator : IAsyncDisposable
{
    private const int MaxAccounts = 32;

    private static readonly Dictionary<string, string> Accounts = Enumerable.Range(0, MaxAccounts).ToDictionary(
        number => $"account{number}", number => Convert.ToBase64String(Encoding.ASCII.GetBytes($"the key of account {number}")), StringComparer.Ordinal);

    private readonly Azurite _azurite;
    private int _taken;

    private Emulator(Azurite azurite) => _azurite = azurite;

    /// <summary>Starts it.</summary>
    public static async Task<Emulator> StartAsync() => new(await Azurite.StartAsync(new AzuriteOptions { Accounts = Accounts }));

    /// <summary>An empty account.</summary>
    public StorageAccount NewAccount()
    {
        var name = $"account{Interlocked.Increment(ref _taken) - 1}";
        return new(name, Accounts[name], _azurite.QueuePort, _azurite.TablePort);
    }

    /// <summary>How to reach an account with its blobs, for whoever keeps something in them.</summary>
    public string ConnectionStringWithBlobs(StorageAccount account) => $"{account.ConnectionString};BlobEndpoint=http://127.0.0.1:{_azurite.BlobPort}/{account.Name}";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _azurite.DisposeAsync();
}

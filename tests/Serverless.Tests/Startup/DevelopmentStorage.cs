using Serverless.Local.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Startup;

/// <summary>The storage emulator with its well-known account, on ports of its own.</summary>
public sealed class DevelopmentStorage : IAsyncLifetime, IAsyncDisposable
{
    private Azurite? _azurite;

    /// <summary>The account that counts as development storage.</summary>
    public StorageAccount Account =>
        new(Azurite.DevelopmentAccount, Azurite.DevelopmentKey, _azurite!.QueuePort, _azurite.TablePort);

    /// <summary>Another one, empty.</summary>
    public static async Task<DevelopmentStorage> StartAsync()
    {
        var storage = new DevelopmentStorage();
        await storage.InitializeAsync();
        return storage;
    }

    /// <inheritdoc/>
    public async Task InitializeAsync() => _azurite = await Azurite.StartAsync(new AzuriteOptions());

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _azurite!.DisposeAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}

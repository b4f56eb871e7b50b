using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Engine;

/// <summary>One application for all tests of a class, whose steps may send requests to this machine, with its storage behind a proxy.</summary>
public sealed class RunFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>What stands before its storage.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        Host = await RunDriver.StartHostAsync(Proxy.Account);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}

using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Engine;

/// <summary>One application for all tests of a class, whose steps may send requests to this machine, with its storage behind a proxy.</summary>
public class RunFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>What stands before its storage.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Proxy = await StorageProxy.StartAsync(await CreateAccountAsync());
        Host = await RunDriver.StartHostAsync(Proxy.Account);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    /// <summary>The storage.</summary>
    protected virtual Task<StorageAccount> CreateAccountAsync() => TestStorage.CreateAccountAsync();
}

/// <summary>The same, for tests of many thousands of runs.</summary>
public sealed class ManyRunsFixture : RunFixture
{
    /// <inheritdoc/>
    protected override Task<StorageAccount> CreateAccountAsync() => TestStorage.CreateAccountApartAsync();
}

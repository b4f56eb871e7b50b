using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Tests.Hosting;

/// <summary>One application for all tests of a class, whose storage can be watched and whose clock can be moved forward.</summary>
public sealed class ProxiedFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>What stands before its storage.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    /// <summary>Its clock.</summary>
    public AdjustableTime Time { get; } = new();

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        Host = await ServerlessHost.StartAsync(Proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(Time));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}

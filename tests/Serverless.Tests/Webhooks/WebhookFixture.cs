using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Outbound;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Webhooks;

/// <summary>One application for all tests of a class that deliver messages by hand, with its storage behind a proxy.</summary>
public sealed class WebhookFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>What stands before its storage.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    /// <summary>Its clock.</summary>
    public AdjustableTime Time { get; } = new();

    /// <summary>Where all names lead.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        Host = await RunDriver.StartHostAsync(Proxy.Account, builder =>
        {
            builder.Configuration["Secrets:Key"] = Convert.ToBase64String(new byte[32]);
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder.Services.AddSingleton<NameResolver>((_, _) => Task.FromResult<IPAddress[]>([Address]));
        });
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}

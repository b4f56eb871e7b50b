using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Tests.Hosting;

/// <summary>An application whose clock, storage and search provider a test has in its hands.</summary>
public sealed class AgentHost : IAsyncDisposable
{
    private AgentHost(ServerlessHost host, StorageProxy proxy, ScriptedUpstream upstream, FrozenTime time)
    {
        Host = host;
        Proxy = proxy;
        Upstream = upstream;
        Time = time;
    }

    /// <summary>The application.</summary>
    public ServerlessHost Host { get; }

    /// <summary>Sends requests to it.</summary>
    public HttpClient Client => Host.Client;

    /// <summary>What stands before its storage.</summary>
    public StorageProxy Proxy { get; }

    /// <summary>Its search provider.</summary>
    public ScriptedUpstream Upstream { get; }

    /// <summary>Its clock.</summary>
    public FrozenTime Time { get; }

    /// <summary>Starts an application. Nobody is limited in how often they register.</summary>
    /// <param name="configure">Changes settings or services.</param>
    public static async Task<AgentHost> StartAsync(Action<FunctionsApplicationBuilder>? configure = null)
    {
        var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        var upstream = await ScriptedUpstream.StartAsync();
        var time = new FrozenTime(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        return new(await StartHostAsync(proxy.Account, upstream, time, configure), proxy, upstream, time);
    }

    /// <summary>Starts another instance on the same storage, past the proxy, with the same clock and the same provider.</summary>
    public Task<ServerlessHost> StartAnotherAsync(Action<FunctionsApplicationBuilder>? configure = null) =>
        StartHostAsync(Proxy.Account.Direct, Upstream, Time, configure);

    /// <summary>A client of a new agent.</summary>
    public Task<AgentClient> RegisterAsync() => AgentClient.RegisterAsync(Client);

    /// <summary>The service of a type.</summary>
    public T Get<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private static Task<ServerlessHost> StartHostAsync(
        StorageAccount account, ScriptedUpstream upstream, FrozenTime time, Action<FunctionsApplicationBuilder>? configure) =>
        ServerlessHost.StartAsync(account, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Configuration["Limits:LithtrixRegistrationsPerHour"] = "100000";
            builder.Configuration["Search:Provider"] = "searxng";
            builder.Configuration["Search:Endpoint"] = upstream.Address.AbsoluteUri;
            configure?.Invoke(builder);
        });
}

/// <summary>One such application for all tests of a class that leave its clock and its provider as they are.</summary>
public sealed class AgentFixture : IAsyncLifetime
{
    /// <summary>The application.</summary>
    public AgentHost Host { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Host = await AgentHost.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Host.DisposeAsync();
}

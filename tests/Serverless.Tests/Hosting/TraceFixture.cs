using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;

namespace Serverless.Tests.Hosting;

/// <summary>
/// One application for all tests of a class, with a clock that they set and its storage behind a proxy. Events stay in the queue, where
/// the tests look at them. Every test takes an organization of its own.
/// </summary>
public sealed class TraceFixture : IAsyncLifetime
{
    /// <summary>The events a month of the plan Pro here.</summary>
    public const int SmallQuota = 10;

    /// <summary>Shows the time to the application.</summary>
    public FrozenTime Time { get; } = new(new(2026, 11, 21, 12, 0, 0, 123, TimeSpan.Zero));

    /// <summary>Stands before the storage account.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>Keys of the application.</summary>
    public KeyStore Keys => Host.Services.GetRequiredService<KeyStore>();

    /// <summary>Accounts of the application.</summary>
    public AccountStore Accounts => Host.Services.GetRequiredService<AccountStore>();

    /// <summary>Projects of the application.</summary>
    public ProjectStore Projects => Host.Services.GetRequiredService<ProjectStore>();

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        Host = await ServerlessHost.StartAsync(Proxy.Account, Configure);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    /// <summary>A client of a new project of a new organization.</summary>
    public Task<TraceClient> CreateClientAsync(string plan = "Scale", KeyOptions? options = null) => TraceClient.CreateAsync(Host, plan, options);

    /// <summary>What the application is set to; another instance beside this one needs the same.</summary>
    public void Configure(FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TimeProvider>(Time);

        // Where a test looks for events, nobody else may take them.
        builder.Configuration["AzureWebJobs.PersistEvents.Disabled"] = "true";
        builder.Configuration["Plans:LumiqTrace:Pro:EventsPerMonth"] = $"{SmallQuota}";
    }
}

using Microsoft.Extensions.DependencyInjection;
using Serverless.Logs;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Tests.Hosting;

/// <summary>
/// One application for all tests of a class, with a clock that they set and its storage behind a proxy. Every test takes an
/// organization of its own.
/// </summary>
public sealed class AdmissionFixture : IAsyncLifetime
{
    /// <summary>The requests a minute of the plan Indie here: a permit takes longer to come back than a request waits for its turn, and so whoever is over the rate is refused at once.</summary>
    public const int SlowRate = 10;

    /// <summary>The quota of the plan Bootstrapper here.</summary>
    public const int SmallQuota = 1_000;

    /// <summary>The quota of the plan Compliance here: too large for a message of the queue, too small for a batch of many parts.</summary>
    public const int MediumQuota = 1_000_000;

    /// <summary>Shows the time to the application.</summary>
    public FrozenTime Time { get; } = new(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Stands before the storage account.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>Keys of the application.</summary>
    public KeyStore Keys => Host.Services.GetRequiredService<KeyStore>();

    /// <summary>Accounts of the application.</summary>
    public AccountStore Accounts => Host.Services.GetRequiredService<AccountStore>();

    /// <summary>The tenants of the application.</summary>
    public Ledger Tenants => Host.Services.GetRequiredService<Ledgers>().Tenants;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        Host = await ServerlessHost.StartAsync(Proxy.Account, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder.Configuration["Plans:LuminaLog:Indie:RequestsPerMinute"] = $"{SlowRate}";
            builder.Configuration["Plans:LuminaLog:Bootstrapper:BytesPerMonth"] = $"{SmallQuota}";
            builder.Configuration["Plans:LuminaLog:Compliance:BytesPerMonth"] = $"{MediumQuota}";
        });
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    /// <summary>A client of a new organization.</summary>
    public async Task<LogClient> CreateClientAsync(string plan, KeyOptions? options = null)
    {
        var organization = await Accounts.CreateOrganizationAsync("Test", plan, Plans.DefaultTracePlan);
        return await AddClientAsync(organization.Id, options);
    }

    /// <summary>A client with one more key of an organization.</summary>
    public async Task<LogClient> AddClientAsync(string organization, KeyOptions? options = null) =>
        ClientOf((await Keys.CreateAsync(organization, LuminaLog.KeyPrefix, options ?? new KeyOptions()))!.Reveal());

    /// <summary>A client with any key.</summary>
    public LogClient ClientOf(string key) => new(Host.Client, key, Host.Account);
}

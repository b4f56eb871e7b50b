using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker.Builder;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>An organization with keys of all kinds, another one with keys that are limited, and the settings under which only limits that are meant to stand in the way do.</summary>
internal sealed class FaultTenants
{
    /// <summary>The limit of <see cref="LimitedLogKey"/> and <see cref="LimitedTraceKey"/>, per minute. A permit takes longer to come back than a request waits for its turn.</summary>
    public const int Limit = 10;

    private const string Plenty = "1000000";

    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["Plans:LuminaLog:Scale:RequestsPerMinute"] = Plenty,
        ["Limits:LaminaRequestsPerMinute"] = Plenty,
        ["Limits:TraceIngestPerMinute"] = Plenty,
        ["Limits:TraceDataPerMinute"] = Plenty,
        ["Limits:LithtrixRegistrationsPerHour"] = Plenty,
        ["Outbound:AllowLoopback"] = "true",
        ["Local:QueueLease"] = "00:00:02",
        ["Search:Provider"] = "searxng",

        // Every question is put to the provider: a kept answer spares it nothing here.
        ["Search:CacheMinutes"] = "0",
    };

    private FaultTenants()
    {
    }

    /// <summary>The account.</summary>
    public required StorageAccount Account { get; init; }

    /// <summary>A LuminaLog key that nothing limits.</summary>
    public required string LogKey { get; init; }

    /// <summary>A LuminaLog key with a limit of its own: a token bucket.</summary>
    public required string LimitedLogKey { get; init; }

    /// <summary>A LumiqTrace key that nothing limits.</summary>
    public required string TraceKey { get; init; }

    /// <summary>Its project.</summary>
    public required string Project { get; init; }

    /// <summary>A LumiqTrace key with a limit of its own: a sliding window.</summary>
    public required string LimitedTraceKey { get; init; }

    /// <summary>A Lamina key that may define apps.</summary>
    public required string LaminaKey { get; init; }

    /// <summary>The settings for a process.</summary>
    /// <param name="search">The search provider.</param>
    public static IEnumerable<KeyValuePair<string, string?>> Environment(ScriptedUpstream search) =>
        Settings.Append(new("Search:Endpoint", search.Address.AbsoluteUri))
            .Select(setting => KeyValuePair.Create(setting.Key.Replace(":", "__", StringComparison.Ordinal), (string?)setting.Value));

    /// <summary>The settings for an application in this process.</summary>
    /// <param name="search">The search provider.</param>
    public static Action<FunctionsApplicationBuilder> Configure(ScriptedUpstream search) => builder =>
    {
        foreach (var (name, value) in Settings.Append(new("Search:Endpoint", search.Address.AbsoluteUri)))
        {
            builder.Configuration[name] = value;
        }
    };

    /// <summary>Starts an application that looks at what has become of everything, past any proxy, and that no limit hinders.</summary>
    /// <param name="search">The search provider.</param>
    public Task<ServerlessHost> StartReaderAsync(ScriptedUpstream search) => ServerlessHost.StartAsync(Account.Direct, builder =>
    {
        Configure(search)(builder);
        builder.Configuration["Plans:Lithtrix:Free:RequestsPerMinute"] = Plenty;
    });

    /// <summary>Makes them, in an account whose tables there are already.</summary>
    public static async Task<FaultTenants> CreateAsync(StorageAccount account)
    {
        var tables = new TableServiceClient(account.Direct.ConnectionString);
        using var tenants = new Ledger(tables.GetTableClient(TableNames.Tenants), TimeProvider.System);
        using var clients = new Ledger(tables.GetTableClient(TableNames.Clients), TimeProvider.System);
        var ledgers = new Ledgers(tenants, clients);
        var (organization, project) = await OrganizationAsync();
        var (limitedOrganization, limitedProject) = await OrganizationAsync();
        return new()
        {
            Account = account,
            LogKey = await KeyAsync(organization, KeyPrefix.LuminaLog, new()),
            LimitedLogKey = await KeyAsync(limitedOrganization, KeyPrefix.LuminaLog, new() { RequestsPerMinute = Limit }),
            TraceKey = await KeyAsync(organization, KeyPrefix.LumiqTrace, new() { Project = project }),
            LimitedTraceKey = await KeyAsync(limitedOrganization, KeyPrefix.LumiqTrace, new() { Project = limitedProject, RequestsPerMinute = Limit }),
            Project = project,
            LaminaKey = await KeyAsync(organization, KeyPrefix.Lamina, new() { Scopes = "admin" }),
        };

        async Task<(string Id, string Project)> OrganizationAsync()
        {
            var created = await new AccountStore(ledgers, TimeProvider.System).CreateOrganizationAsync("Test", "Scale", "Scale");
            return (created.Id, (await new ProjectStore(ledgers, TimeProvider.System).CreateAsync(created.Id, "Test"))!.Id);
        }

        async Task<string> KeyAsync(string owner, string prefix, KeyOptions options) =>
            (await new KeyStore(ledgers, TimeProvider.System).CreateAsync(owner, prefix, options))!.Reveal();
    }
}

using Azure.Data.Tables;
using Microsoft.AspNetCore.Identity;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Core;

/// <summary>Makes organizations with keys, of the largest plan, past the application.</summary>
internal static class Tenants
{
    private const string Plan = "Scale";

    /// <summary>A key of a new organization.</summary>
    /// <param name="account">The storage of the application, which has started before.</param>
    /// <param name="prefix">The surface the key is for.</param>
    /// <param name="scopes">What it may do beside what all may.</param>
    public static Task<ApiKey> CreateKeyAsync(StorageAccount account, string prefix, string scopes = "") => WithLedgersAsync(account, async ledgers =>
    {
        var organization = await new AccountStore(ledgers, TimeProvider.System).CreateOrganizationAsync("Benchmark", Plan, Plan);
        return (await new KeyStore(ledgers, TimeProvider.System).CreateAsync(organization.Id, prefix, new KeyOptions { Scopes = scopes }))!;
    });

    /// <summary>A key of a new project of a new organization.</summary>
    public static Task<(ApiKey Key, string Project)> CreateProjectKeyAsync(StorageAccount account) => WithLedgersAsync(account, async ledgers =>
    {
        var organization = await new AccountStore(ledgers, TimeProvider.System).CreateOrganizationAsync("Benchmark", Plan, Plan);
        var project = await new ProjectStore(ledgers, TimeProvider.System).CreateAsync(organization.Id, "Benchmark");
        var key = await new KeyStore(ledgers, TimeProvider.System)
            .CreateAsync(organization.Id, KeyPrefix.LumiqTrace, new KeyOptions { Project = project!.Id });
        return (key!, project.Id);
    });

    /// <summary>A session for a project of a new organization.</summary>
    public static Task<(string Project, string Session)> CreateSessionAsync(StorageAccount account) => WithLedgersAsync(account, async ledgers =>
    {
        var sessions = new SessionStore(ledgers, new KeyStore(ledgers, TimeProvider.System), TimeProvider.System);
        var users = new UserStore(ledgers, sessions, new PasswordHasher<User>());
        var organization = await new AccountStore(ledgers, TimeProvider.System).CreateOrganizationAsync("Benchmark", Plan, Plan);
        var project = await new ProjectStore(ledgers, TimeProvider.System).CreateAsync(organization.Id, "Benchmark");
        var user = (await users.CreateAsync("benchmark@example.com", "a password of a benchmark"))!;
        await new MembershipStore(ledgers, users, sessions, TimeProvider.System).SetAsync(organization.Id, user, Roles.Owner);
        var session = await sessions.CreateAsync(user, organization.Id);
        return (project!.Id, session!.Token.Reveal());
    });

    private static async Task<T> WithLedgersAsync<T>(StorageAccount account, Func<Ledgers, Task<T>> create)
    {
        var tables = new TableServiceClient(account.Direct.ConnectionString);
        using var tenants = new Ledger(tables.GetTableClient(TableNames.Tenants), TimeProvider.System);
        using var clients = new Ledger(tables.GetTableClient(TableNames.Clients), TimeProvider.System);
        return await create(new Ledgers(tenants, clients));
    }
}

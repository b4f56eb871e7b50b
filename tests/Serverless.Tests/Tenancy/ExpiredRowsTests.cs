using System.Text;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Admission;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Tenancy;

/// <summary>What has served its time goes, and nothing else.</summary>
public sealed class ExpiredRowsTests
{
    [Fact]
    public async Task Old_requests_sessions_and_client_counters_are_removed_and_keys_stay()
    {
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var services = host.Services;
        var organization = await services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", "Scale", Plans.DefaultTracePlan);
        var keys = services.GetRequiredService<KeyStore>();
        await keys.CreateAsync(organization.Id, "ll_", new KeyOptions { ExpiresAt = time.GetUtcNow() + TimeSpan.FromHours(1) });
        await keys.CreateAsync(organization.Id, KeyPrefix.Session, new KeyOptions { ExpiresAt = time.GetUtcNow() + TimeSpan.FromHours(12) });
        await services.GetRequiredService<IdempotencyStore>().ClaimAsync(organization.Id, "key", "id", Encoding.UTF8.GetBytes("hash"));
        await services.GetRequiredService<ClientGate>().AdmitAsync("203.0.113.7", new SlidingWindow("Requests", 10, TimeSpan.FromMinutes(1)));
        var expired = services.GetRequiredService<ExpiredRows>();

        Assert.Equal(0, await expired.RemoveAsync(CancellationToken.None));
        time.Advance(TimeSpan.FromHours(49));
        Assert.Equal(3, await expired.RemoveAsync(CancellationToken.None));

        var tables = new TableServiceClient(host.Account.ConnectionString);
        var left = await tables.GetTableClient(TableNames.Tenants).QueryAsync<TableEntity>(row => row.PartitionKey.CompareTo("0") > 0).Select(row => row.RowKey[..3]).ToListAsync();
        Assert.Equal(["acc", "key"], left.Order(StringComparer.Ordinal));
        Assert.Empty(await tables.GetTableClient(TableNames.Clients).QueryAsync<TableEntity>(row => row.PartitionKey != "-upkeep").ToListAsync());
    }

    [Fact]
    public async Task Rows_go_a_hundred_to_a_transaction_and_what_is_used_again_stays()
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var organization = (await host.Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", "Scale", Plans.DefaultTracePlan)).Id;
        var requests = host.Services.GetRequiredService<IdempotencyStore>();
        await requests.ClaimAsync(organization, "again", "first", Encoding.UTF8.GetBytes("hash"));
        var expiresAt = time.GetUtcNow();
        await StoredTenant.AddRowsAsync(
            host.Account, TableNames.Tenants, TenantRows.RequestsOf(organization), number => TenantRows.Idempotency($"{number:D6}"), 1_000, row => row["ExpiresAt"] = expiresAt);
        time.Advance(TimeSpan.FromHours(49));
        var isUsedAgain = false;
        proxy.Fault = request =>
        {
            if (request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal) && !isUsedAgain)
            {
                // After it was found, and before it is deleted.
                isUsedAgain = true;
                return StorageFault.Held(requests.ClaimAsync(organization, "again", "second", Encoding.UTF8.GetBytes("hash")));
            }

            return StorageFault.None;
        };
        proxy.Reset();

        Assert.Equal(1_000, await host.Services.GetRequiredService<ExpiredRows>().RemoveAsync(CancellationToken.None));

        Assert.Equal("second", (await requests.FindAsync(organization, "again", TimeSpan.Zero))!.Id);
        Assert.InRange(proxy.Transactions.Count(transaction => transaction.Path.EndsWith("$batch", StringComparison.Ordinal)), 11, 14);
    }

    [Fact]
    public async Task A_round_a_day_is_enough()
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        await host.Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", "Scale", Plans.DefaultTracePlan);
        var accounts = host.Services.GetRequiredService<AccountUpkeep>();

        Assert.InRange(await CountAsync(), 5, 10);
        Assert.Equal(1, await CountAsync());
        time.Advance(TimeSpan.FromHours(23));
        Assert.InRange(await CountAsync(), 5, 10);

        async Task<int> CountAsync()
        {
            proxy.Reset();
            await accounts.RunAsync(CancellationToken.None);
            return proxy.Transactions.Count;
        }
    }
}

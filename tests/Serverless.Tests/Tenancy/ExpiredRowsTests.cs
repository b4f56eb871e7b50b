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
        var left = await tables.GetTableClient(TableNames.Tenants).QueryAsync<TableEntity>().Select(row => row.RowKey[..3]).ToListAsync();
        Assert.Equal(["acc", "key"], left.Order(StringComparer.Ordinal));
        Assert.Empty(await tables.GetTableClient(TableNames.Clients).QueryAsync<TableEntity>().ToListAsync());
    }
}

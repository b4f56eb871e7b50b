using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Tenancy;

/// <summary>How saved queries are kept: what that takes, and what holds when several change them at once.</summary>
public sealed class SavedQueryStoreTests : IAsyncLifetime
{
    private const string Organization = "61a2c3026706";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await ServerlessHost.StartAsync(_proxy.Account);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private SavedQueryStore Store => _host.Services.GetRequiredService<SavedQueryStore>();

    [Fact]
    public async Task All_that_an_organization_keeps_are_one_transaction_and_a_change_is_two()
    {
        var longest = new string('ü', SavedQuery.MaxTextLength);
        for (var number = 0; number < SavedQuery.MaxCount; number++)
        {
            Assert.True(await Store.TryChangeAsync(Organization, _ => new(Query($"{number:D3}") with { Text = longest }), CancellationToken.None));
        }

        await _proxy.ResetWhenQuietAsync();
        var all = await Store.ListAsync(Organization, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, SavedQuery.MaxCount).Select(number => $"{number:D3}"), all.Select(query => query.Name));
        Assert.Equal(["table GET"], _proxy.Transactions.Select(transaction => transaction.ToString()));

        _proxy.Reset();
        Assert.True(await Store.TryChangeAsync(Organization, all => new(all[0], IsRemoval: true), CancellationToken.None));
        Assert.Equal(["table GET", "table POST"], _proxy.Transactions.Select(transaction => transaction.ToString()));
        Assert.Equal(all.Skip(1), await Store.ListAsync(Organization, CancellationToken.None));
    }

    [Fact]
    public async Task Of_changes_at_once_each_sees_what_the_others_have_done()
    {
        const int AtOnce = 8;
        var seen = new List<int>[AtOnce];

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async number =>
        {
            seen[number] = [];
            Assert.True(await Store.TryChangeAsync(
                Organization,
                all =>
                {
                    seen[number].Add(all.Count);
                    return new(Query($"{number}"));
                },
                CancellationToken.None));
        }));

        // The last look of each is the one that its change rests on.
        Assert.Equal(Enumerable.Range(0, AtOnce), seen.Select(counts => counts[^1]).Order());
        Assert.Equal(AtOnce, (await Store.ListAsync(Organization, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task What_was_stored_although_the_answer_was_lost_is_seen()
    {
        var query = Query("once");
        var left = 1;
        _proxy.Fault = request => HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal) && Interlocked.Decrement(ref left) >= 0
            ? StorageFault.ResponseLost
            : StorageFault.None;
        var looks = new List<bool>();

        Assert.True(await Store.TryChangeAsync(
            Organization,
            all =>
            {
                looks.Add(all.Contains(query));
                return all.Contains(query) ? null : new(query);
            },
            CancellationToken.None));

        Assert.Equal([false, true], looks);
        Assert.Equal([query], await Store.ListAsync(Organization, CancellationToken.None));
    }

    // A sample of what is there.
    [Fact]
    public async Task A_row_of_this_version_is_read()
    {
        await StoredTenant.AddRowsAsync(_proxy.Account, TableNames.Tenants, $"{Organization}-queries", _ => "query-5e2f90c1", 1, row =>
        {
            row["Name"] = "Slow ones";
            row["Question"] = "metadata.ms:>500";
            row["Created"] = Now;
            row["Email"] = "ann@example.com";
            row["User"] = "4320e808-6d5a-4057-ae83-33fd36964a86";
        });

        Assert.Equal(
            [new("5e2f90c1", "Slow ones", "metadata.ms:>500", Now, "ann@example.com", "4320e808-6d5a-4057-ae83-33fd36964a86")],
            await Store.ListAsync(Organization, CancellationToken.None));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_left_out()
    {
        await Store.TryChangeAsync(Organization, _ => new(Query("good")), CancellationToken.None);
        await StoredTenant.AddRowsAsync(_proxy.Account, TableNames.Tenants, TenantRows.QueriesOf(Organization), _ => "query-00000000", 1);

        Assert.Equal(["good"], (await Store.ListAsync(Organization, CancellationToken.None)).Select(query => query.Name));
    }

    private static SavedQuery Query(string name) => new(SavedQuery.NewId(), name, "level:error", Now, "ann@example.com", Guid.Empty.ToString());
}

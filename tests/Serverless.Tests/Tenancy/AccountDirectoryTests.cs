using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Operator;

namespace Serverless.Tests.Tenancy;

/// <summary>Accounts are listed whenever they were made, and whatever else there is.</summary>
public sealed class AccountDirectoryTests : IAsyncLifetime
{
    private readonly AdjustableTime _time = new();
    private StorageProxy? _proxy;
    private ServerlessHost? _host;

    private ServerlessHost Host => _host!;

    private AccountStore Accounts => Host.Services.GetRequiredService<AccountStore>();

    private TableClient Tenants => new TableServiceClient(Host.Account.Direct.ConnectionString).GetTableClient(TableNames.Tenants);

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await OperatorClient.StartHostAsync(_proxy.Account, _time);
    }

    public async Task DisposeAsync()
    {
        await _host!.DisposeAsync();
        await _proxy!.DisposeAsync();
    }

    [Fact]
    public async Task A_list_costs_the_same_whatever_lies_between()
    {
        var organizations = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            organizations.Add((await Accounts.CreateOrganizationAsync("Test", "Scale", "Free")).Id);
        }

        await KeepAsync();
        await ListAsync(AccountKind.Organization);
        var before = await CountAsync(() => ListAsync(AccountKind.Organization));
        foreach (var organization in organizations)
        {
            await StoredTenant.AddRowsAsync(Host.Account, TableNames.Tenants, $"{organization}-requests", number => $"request-{number:D6}", 2_000);
        }

        var after = await CountAsync(() => ListAsync(AccountKind.Organization));

        // One for the list, and one for each account.
        Assert.Equal(1 + 5, before);
        Assert.Equal(before, after);
        Assert.Equal(organizations.Order(StringComparer.Ordinal), await ListAsync(AccountKind.Organization));
    }

    [Fact]
    public async Task Accounts_of_the_version_before_are_listed_before_upkeep_has_seen_them_and_after()
    {
        var (organizations, agents) = (new List<string>(), new List<string>());
        for (var number = 0; number < 60; number++)
        {
            organizations.Add((await Accounts.CreateOrganizationAsync("Test", "Scale", "Free")).Id);
            agents.Add((await Host.Services.GetRequiredService<AgentStore>().RegisterAsync($"agent-{number}", "someone"))!.Account.Id);
        }

        await ForgetDirectoryAsync();
        await ExpectAsync();

        // Cut short after the first hundred.
        using (var end = new CancellationTokenSource())
        {
            var hasMoved = false;
            _proxy!.Fault = request =>
            {
                if (hasMoved)
                {
                    end.Cancel();
                }

                hasMoved |= HttpMethods.IsPatch(request.Method) || HttpMethods.IsPut(request.Method);
                return StorageFault.None;
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Host.Services.GetRequiredService<AccountUpkeep>().RunAsync(end.Token));
            _proxy.Fault = static _ => StorageFault.None;
        }

        Assert.Equal(100, await Tenants.QueryAsync<TableEntity>(row => row.PartitionKey == "-agents" || row.PartitionKey == "-organizations").CountAsync());
        await ExpectAsync();
        await KeepAsync();
        Assert.Equal(120, await Tenants.QueryAsync<TableEntity>(row => row.PartitionKey == "-agents" || row.PartitionKey == "-organizations").CountAsync());
        await ExpectAsync();

        async Task ExpectAsync()
        {
            Assert.Equal(organizations.Order(StringComparer.Ordinal), await ListAsync(AccountKind.Organization));
            Assert.Equal(agents.Order(StringComparer.Ordinal), await ListAsync(AccountKind.Agent));
        }
    }

    [Fact]
    public async Task An_account_that_an_instance_of_the_version_before_makes_is_listed_within_a_day()
    {
        await KeepAsync();
        var organization = (await Accounts.CreateOrganizationAsync("Test", "Scale", "Free")).Id;
        await ForgetDirectoryAsync();
        await KeepAsync();
        Assert.Empty(await ListAsync(AccountKind.Organization));

        _time.Advance(TimeSpan.FromDays(1));
        await KeepAsync();

        Assert.Equal([organization], await ListAsync(AccountKind.Organization));
    }

    [Fact]
    public async Task An_account_that_never_came_to_be_is_not_listed_and_its_row_goes()
    {
        _proxy!.Fault = static request => request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal) ? StorageFault.Refused(403) : StorageFault.None;
        await Assert.ThrowsAnyAsync<Exception>(() => Accounts.CreateOrganizationAsync("Test", "Scale", "Free"));
        _proxy.Fault = static _ => StorageFault.None;
        var organization = (await Accounts.CreateOrganizationAsync("Test", "Scale", "Free")).Id;
        await KeepAsync();
        Assert.Equal([organization], await ListAsync(AccountKind.Organization));
        Assert.Equal(2, await Tenants.QueryAsync<TableEntity>(row => row.PartitionKey == "-organizations").CountAsync());

        _time.Advance(TimeSpan.FromHours(25));
        await KeepAsync();

        Assert.Equal([organization], await Tenants.QueryAsync<TableEntity>(row => row.PartitionKey == "-organizations").Select(row => row.RowKey).ToListAsync());
    }

    [Fact]
    public async Task To_make_an_organization_costs_one_transaction_more_than_its_row()
    {
        Assert.Equal(3, await CountAsync(() => Accounts.CreateOrganizationAsync("Test", "Scale", "Free")));
        Assert.Equal(3, await CountAsync(() => Host.Services.GetRequiredService<AgentStore>().RegisterAsync("agent", "someone")));
    }

    private Task<int> KeepAsync() => Host.Services.GetRequiredService<AccountUpkeep>().RunAsync(CancellationToken.None);

    private async Task<IReadOnlyList<string>> ListAsync(AccountKind kind)
    {
        var ids = new List<string>();
        string? after = null;
        do
        {
            var page = await Accounts.ListAsync(kind, after, 25, CancellationToken.None);
            ids.AddRange(page.Items.Select(account => account.Id));
            after = page.Next;
        }
        while (after is not null);
        return ids;
    }

    private async Task<int> CountAsync(Func<Task> work)
    {
        _proxy!.Reset();
        await work();
        return _proxy.Transactions.Count;
    }

    private async Task ForgetDirectoryAsync()
    {
        foreach (var row in await Tenants.QueryAsync<TableEntity>(row => row.PartitionKey == "-agents" || row.PartitionKey == "-organizations").ToListAsync())
        {
            await Tenants.DeleteEntityAsync(row.PartitionKey, row.RowKey);
        }
    }
}

using Serverless.Prices;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>Makes accounts and changes them. Every change holds from the very next request on, on every instance.</summary>
public sealed class AccountStore(Ledgers ledgers, AccountDirectory directory, TimeProvider time)
{
    /// <summary>Keeps accounts outside of an application.</summary>
    public AccountStore(Ledgers ledgers, TimeProvider time)
        : this(ledgers, new AccountDirectory(ledgers, time), time)
    {
    }

    /// <summary>Makes an organization.</summary>
    public Task<Account> CreateOrganizationAsync(string name, string logPlan, string tracePlan) =>
        CreateAsync(new("", AccountKind.Organization, name, TenantStatus.Active, logPlan, tracePlan, Tier: ""));

    /// <summary>The account of this id, as it is at this moment; null when there is none.</summary>
    public async Task<Account?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        await ledgers.Tenants.FindAsync(id, TenantRows.Account, cancellationToken) is { } view ? Account.Read(view) : null;

    /// <summary>The accounts of a kind, in the order of their ids.</summary>
    /// <param name="kind">Organizations, or agents.</param>
    /// <param name="after">The id after which the page begins; null for the first.</param>
    /// <param name="limit">How many it takes, 1 to 200.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<TenantPage<Account>> ListAsync(AccountKind kind, string? after, int limit, CancellationToken cancellationToken) =>
        TenantPage<Account>.TakeAsync(directory.ReadAsync(kind, after, limit + 1, cancellationToken), limit, account => account.Id, cancellationToken);

    /// <summary>Changes an account.</summary>
    /// <param name="id">Which.</param>
    /// <param name="changes">The columns to set.</param>
    /// <param name="kind">What it has to be; null for either.</param>
    /// <returns>The account as it is now; null when there is none.</returns>
    public Task<Account?> UpdateAsync(string id, IReadOnlyDictionary<string, string> changes, AccountKind? kind = null) =>
        ChangeAsync(id, changes.Select(change => KeyValuePair.Create(change.Key, (object)change.Value)), kind);

    /// <summary>Has the own prices of an organization be these, instead of all it had.</summary>
    /// <returns>The organization as it is now; null when there is none.</returns>
    public Task<Account?> ReplacePricesAsync(string id, IReadOnlyList<ModelPrice> prices) =>
        ChangeAsync(id, [KeyValuePair.Create(TenantColumns.Prices, (object)StoredPrices.Write(prices))], AccountKind.Organization);

    /// <summary>Says whether an organization has endpoints that are told of what happens.</summary>
    internal Task<Account?> NoteWebhookEndpointsAsync(string id, bool hasAny) =>
        ChangeAsync(id, [KeyValuePair.Create(TenantColumns.HasWebhookEndpoints, (object)hasAny)], AccountKind.Organization);

    /// <summary>Has an organization be no more, for anybody: its keys and sessions are unknown from the very next request on, on every instance.</summary>
    internal Task EraseAsync(string id) => ledgers.Tenants.ApplyAsync(id, [TenantRows.Account], view =>
    {
        if (Account.Read(view) is not null)
        {
            view.Set(TenantRows.Account, TenantColumns.Status, TenantStatus.Erased);
        }

        return new Verdict<bool>(true);
    });

    private Task<Account?> ChangeAsync(string id, IEnumerable<KeyValuePair<string, object>> changes, AccountKind? kind) =>
        ledgers.Tenants.ApplyAsync(id, [TenantRows.Account], view =>
        {
            if (Account.Read(view) is not { } account || (kind is not null && account.Kind != kind))
            {
                return new Verdict<Account?>(null);
            }

            foreach (var (column, value) in changes)
            {
                view.Set(TenantRows.Account, column, value);
            }

            return new(Account.Read(view));
        });

    private async Task<Account> CreateAsync(Account draft)
    {
        while (true)
        {
            var account = draft with { Id = TenantIds.NewAccount(), CreatedAt = time.GetUtcNow() };
            await directory.AddAsync(account.Kind, account.Id);
            var isNew = await ledgers.Tenants.ApplyAsync(account.Id, [TenantRows.Account], view =>
            {
                if (view.Exists(TenantRows.Account))
                {
                    return new Verdict<bool>(false);
                }

                account.Write(view);
                return new(true);
            });
            if (isNew)
            {
                return account;
            }
        }
    }
}

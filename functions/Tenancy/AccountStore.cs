using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>Makes accounts and changes them. Every change holds from the very next request on, on every instance.</summary>
public sealed class AccountStore(Ledgers ledgers, TimeProvider time)
{
    /// <summary>Makes an organization.</summary>
    public async Task<Account> CreateOrganizationAsync(string name, string logPlan, string tracePlan)
    {
        var account = new Account(ApiKey.NewAccount(), AccountKind.Organization, name, TenantStatus.Active, logPlan, tracePlan, Tier: "");
        await ledgers.Tenants.ApplyAsync(account.Id, [TenantRows.Account], view =>
        {
            account.Write(view, time.GetUtcNow());
            return new Verdict<bool>(true);
        });
        return account;
    }

    /// <summary>The account of this id; null when there is none.</summary>
    public Task<Account?> FindAsync(string id) =>
        ledgers.Tenants.ApplyAsync(id, [TenantRows.Account], view => new Verdict<Account?>(Account.Read(view)));

    /// <summary>Changes an account.</summary>
    /// <param name="id">Which.</param>
    /// <param name="changes">The columns to set.</param>
    /// <returns>The account as it is now; null when there is none.</returns>
    public Task<Account?> UpdateAsync(string id, IReadOnlyDictionary<string, string> changes) =>
        ledgers.Tenants.ApplyAsync(id, [TenantRows.Account], view =>
        {
            if (view.Exists(TenantRows.Account))
            {
                foreach (var (column, value) in changes)
                {
                    view.Set(TenantRows.Account, column, value);
                }
            }

            return new Verdict<Account?>(Account.Read(view));
        });
}

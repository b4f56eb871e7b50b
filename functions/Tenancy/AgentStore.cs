using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>An agent that has just registered.</summary>
/// <param name="Account">Its account.</param>
/// <param name="Key">Its key, to be shown once.</param>
public sealed record RegisteredAgent(Account Account, ApiKey Key);

/// <summary>
/// Registers agents. The partition of an agent follows from its name and owner, and its account and first key are made in one
/// transaction, if that partition is free. So of any number of simultaneous registrations of a pair one succeeds, on whatever
/// instance, and one that is cut short leaves either a whole agent or nothing.
/// </summary>
public sealed class AgentStore(Ledgers ledgers, AccountDirectory directory, TimeProvider time)
{
    /// <summary>Makes an agent of the lowest tier, with a key.</summary>
    /// <param name="name">Its name; without line breaks.</param>
    /// <param name="owner">Who is behind it, in its own words.</param>
    /// <returns>The agent; null when this owner has one of this name.</returns>
    public async Task<RegisteredAgent?> RegisterAsync(string name, string owner)
    {
        for (var attempt = 0; ; attempt++)
        {
            var agent = Draft(AgentIds.AccountOf(name, owner, attempt), name, owner);
            var key = ApiKey.Create(KeyPrefix.Lithtrix, agent.Id);
            await directory.AddAsync(agent.Kind, agent.Id);
            var holder = await ClaimAsync(agent, key);
            if (holder is null)
            {
                return new(agent, key);
            }

            if (holder.Kind == AccountKind.Agent && holder.Name == name && holder.Owner == owner)
            {
                return null;
            }
        }
    }

    // Who has the account already; null when it is ours now.
    private Task<Account?> ClaimAsync(Account agent, ApiKey key) =>
        ledgers.Tenants.ApplyAsync(agent.Id, [TenantRows.Account, key.Row], view =>
        {
            if (Account.Read(view) is { } holder)
            {
                return new Verdict<Account?>(holder);
            }

            agent.Write(view);
            new KeyOptions().ToRecord(key.Id, KeyPrefix.Lithtrix, agent.CreatedAt).Write(view, key.Hash());
            return new(null);
        });

    private Account Draft(string id, string name, string owner) =>
        new(id, AccountKind.Agent, name, TenantStatus.Active, LogPlan: "", TracePlan: "", Plans.DefaultTier) { Owner = owner, CreatedAt = time.GetUtcNow() };
}

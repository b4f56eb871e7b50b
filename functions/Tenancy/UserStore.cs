using Azure.Data.Tables;
using Microsoft.AspNetCore.Identity;
using Serverless.Storage;
using Serverless.Texts;

namespace Serverless.Tenancy;

/// <summary>Users and their passwords. A user is found by e-mail address, in whatever case it is written.</summary>
public sealed class UserStore(Ledgers ledgers, SessionStore sessions, IPasswordHasher<User> hasher)
{
    /// <summary>The shortest password that may be set, in characters.</summary>
    public const int MinPasswordLength = 12;

    /// <summary>The longest password, in characters: hashing takes time.</summary>
    public const int MaxPasswordLength = 256;

    private static readonly User Nobody = new("", "", new Dictionary<string, string>(StringComparer.Ordinal), PasswordVersion: 0);

    private readonly Lazy<string> _hashOfNobody = new(() => hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));

    /// <summary>The user of this address, as it is at this moment; null when there is none.</summary>
    public async Task<User?> FindAsync(string email, CancellationToken cancellationToken = default)
    {
        var address = User.Normalize(email);
        return await ledgers.Tenants.FindAsync(User.PartitionOf(address), TenantRows.User, cancellationToken) is { } view
            ? User.Read(view, address)
            : null;
    }

    /// <summary>Makes a user who is not yet a member anywhere.</summary>
    /// <param name="email">The address.</param>
    /// <param name="password">The password, up to <see cref="MaxPasswordLength"/> characters.</param>
    /// <returns>The user; null when the address is taken.</returns>
    public Task<User?> CreateAsync(string email, string password)
    {
        var user = Nobody with { Id = Guid.NewGuid().ToString(), Email = User.Normalize(email), PasswordVersion = 1 };
        var hash = hasher.HashPassword(user, password);
        return ledgers.Tenants.ApplyAsync(User.PartitionOf(user.Email), [TenantRows.User], view =>
        {
            if (view.Exists(TenantRows.User))
            {
                return new Verdict<User?>(null);
            }

            user.Write(view);
            view.Set(TenantRows.User, TenantColumns.PasswordHash, hash);
            return new(user);
        });
    }

    /// <summary>The user of an address and password; null when they do not belong together. That takes as long when there is no such user.</summary>
    public async Task<User?> VerifyAsync(string email, string password, CancellationToken cancellationToken = default)
    {
        // Made before anybody is looked for: not even the first answer may tell by its duration whom it is about.
        var hashOfNobody = _hashOfNobody.Value;
        var address = User.Normalize(email);
        var view = await ledgers.Tenants.FindAsync(User.PartitionOf(address), TenantRows.User, cancellationToken);
        var user = view is null ? null : User.Read(view, address);
        var hash = user is null ? hashOfNobody : view!.Get<string>(TenantRows.User, TenantColumns.PasswordHash)!;
        var isRightLength = !Characters.Exceed(password, MaxPasswordLength);
        var verdict = hasher.VerifyHashedPassword(user ?? Nobody, hash, isRightLength ? password : "");
        if (user is null || !isRightLength || verdict == PasswordVerificationResult.Failed)
        {
            return null;
        }

        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            await RehashAsync(user, hash, hasher.HashPassword(user, password));
        }

        return user;
    }

    /// <summary>Sets a password and ends all sessions of the user.</summary>
    /// <param name="email">Whose it is.</param>
    /// <param name="password">The password, up to <see cref="MaxPasswordLength"/> characters.</param>
    /// <param name="replaces">The version of the password that it replaces; null for whichever there is.</param>
    /// <returns>The user; null when there is none, or the password is another one by now.</returns>
    public async Task<User?> SetPasswordAsync(string email, string password, int? replaces = null)
    {
        var address = User.Normalize(email);
        var hash = hasher.HashPassword(Nobody, password);
        if (replaces is not null)
        {
            // A refusal rests on what another instance may have changed a moment ago.
            ledgers.Tenants.Forget(User.PartitionOf(address), TenantRows.User);
        }

        var user = await ledgers.Tenants.ApplyAsync(User.PartitionOf(address), [TenantRows.User], view =>
        {
            if (User.Read(view, address) is not { } current || (replaces ?? current.PasswordVersion) != current.PasswordVersion)
            {
                return new Verdict<User?>(null);
            }

            var changed = current with { PasswordVersion = current.PasswordVersion + 1 };
            changed.Write(view);
            view.Set(TenantRows.User, TenantColumns.PasswordHash, hash);
            return new(changed);
        });
        foreach (var organization in user?.Memberships.Keys ?? [])
        {
            await sessions.RevokeAllAsync(organization, user!);
        }

        return user;
    }

    /// <summary>Makes the user's own list say what the organization's says.</summary>
    /// <param name="email">Whose list it is.</param>
    /// <param name="organization">The organization.</param>
    /// <param name="role">The role there; null for none.</param>
    internal Task SetMembershipAsync(string email, string organization, string? role) =>
        ledgers.Tenants.ApplyAsync(User.PartitionOf(email), [TenantRows.User], view =>
        {
            if (User.Read(view, email) is { } user)
            {
                var memberships = user.Memberships.Where(membership => membership.Key != organization).ToDictionary(StringComparer.Ordinal);
                if (role is not null)
                {
                    memberships.Add(organization, role);
                }

                (user with { Memberships = memberships }).Write(view);
            }

            return new Verdict<bool>(true);
        });

    /// <summary>Removes a user who is a member nowhere: nothing of them is left.</summary>
    /// <param name="email">The address.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task RemoveUnlessMemberAsync(string email, CancellationToken cancellationToken)
    {
        var table = ledgers.Tenants.Table;
        var found = await table.GetEntityIfExistsAsync<TableEntity>(User.PartitionOf(email), TenantRows.User, cancellationToken: cancellationToken);
        if (found.HasValue && User.Read(LedgerView.Of(found.Value!), email) is { Memberships.Count: 0 })
        {
            // Whoever becomes a member meanwhile stays.
            await table.DeleteUnchangedAsync(new[] { found.Value! }.ToAsyncEnumerable(), cancellationToken);
        }
    }

    // If the password has been set meanwhile, the hash stays as it is.
    private async Task RehashAsync(User user, string oldHash, string newHash) =>
        await ledgers.Tenants.ApplyAsync(User.PartitionOf(user.Email), [TenantRows.User], view =>
        {
            if (view.Get<string>(TenantRows.User, TenantColumns.PasswordHash) == oldHash)
            {
                view.Set(TenantRows.User, TenantColumns.PasswordHash, newHash);
            }

            return new Verdict<bool>(true);
        });
}

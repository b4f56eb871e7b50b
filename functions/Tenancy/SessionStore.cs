using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>A session that has just begun.</summary>
/// <param name="Token">What its holder sends; to be shown once.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
public sealed record Session(ApiKey Token, DateTimeOffset ExpiresAt);

/// <summary>
/// Sessions of users. A session is a key of one organization that ends by itself after 12 hours; its scopes are the user's role
/// there. It is admitted, limited and revoked as keys are.
/// </summary>
public sealed class SessionStore(Ledgers ledgers, KeyStore keys, TimeProvider time)
{
    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromHours(12);

    private const int RevokedAtOnce = 50;
    private const int RowsPerPage = 1000;

    /// <summary>Begins a session.</summary>
    /// <param name="user">Whose password has just been verified.</param>
    /// <param name="organization">Which of the user's organizations it is for.</param>
    /// <returns>The session; null when the user is no member any more, the password was changed since, or the organization is suspended.</returns>
    public Task<Session?> CreateAsync(User user, string organization) => CreateAsync(user.Id, user.PasswordVersion, organization);

    /// <summary>Begins a session of another organization in place of one, which ends.</summary>
    /// <param name="token">The session that ends.</param>
    /// <param name="current">The same, as it was proven. What it was begun with has to be the password still: nothing newer is known of whoever holds it.</param>
    /// <param name="organization">Which of the user's organizations the new one is for.</param>
    /// <inheritdoc cref="CreateAsync(User, string)"/>
    public async Task<Session?> SwitchAsync(ApiKey token, KeyRecord current, string organization)
    {
        var session = await CreateAsync(current.User, current.PasswordVersion, organization);
        if (session is not null)
        {
            await RevokeAsync(token);
        }

        return session;
    }

    private async Task<Session?> CreateAsync(string userId, int passwordVersion, string organization)
    {
        var expiresAt = time.GetUtcNow() + Duration;
        var member = TenantRows.Member(userId);

        // A refusal rests on what another instance may have changed a moment ago.
        ledgers.Tenants.Forget(organization, member);
        var key = await keys.CreateAsync(organization, KeyPrefix.Session, [member], view =>
            Account.Read(view) is { IsActive: true }
            && Member.Read(view, userId) is { IsActive: true } current
            && current.PasswordVersion <= passwordVersion
                ? new KeyOptions { User = userId, Scopes = current.Role, PasswordVersion = passwordVersion, ExpiresAt = expiresAt }
                : null);
        return key is null ? null : new(key, expiresAt);
    }

    /// <summary>Ends a session.</summary>
    public Task RevokeAsync(ApiKey token)
    {
        string[] rows = token.Former is { } former ? [token.Row, former.Row] : [token.Row];
        return ledgers.Tenants.ApplyAsync(token.Account, rows, view =>
        {
            foreach (var row in rows.Where(view.Exists))
            {
                view.Set(row, TenantColumns.Status, TenantStatus.Revoked);
            }

            return new Verdict<bool>(true);
        });
    }

    /// <summary>
    /// Ends all sessions of a user in an organization, those included that are just being made for somebody who gave an older password.
    /// </summary>
    public async Task RevokeAllAsync(string organization, User user)
    {
        // First nothing old can come in any more, then what is in is ended.
        var member = TenantRows.Member(user.Id);
        await ledgers.Tenants.ApplyAsync(organization, [member], view =>
        {
            if (Member.Read(view, user.Id) is { } current && current.PasswordVersion < user.PasswordVersion)
            {
                view.Set(member, TenantColumns.PasswordVersion, user.PasswordVersion);
            }

            return new Verdict<bool>(true);
        });
        await RevokeAllAsync(organization, user.Id);
    }

    /// <summary>Ends all sessions that a user has in an organization.</summary>
    internal async Task RevokeAllAsync(string organization, string userId)
    {
        var (sessions, former) = (RowKeyRange.StartingWith(TenantRows.Session("")), RowKeyRange.StartingWith(TenantRows.Key("")));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {organization} and ((RowKey ge {sessions.From} and RowKey lt {sessions.To}) or (RowKey ge {former.From} and RowKey lt {former.To})) and User eq {userId} and Status eq {TenantStatus.Active} and ExpiresAt gt {time.GetUtcNow()}");
        var rows = await ledgers.Tenants.QueryAsync(filter, RowsPerPage).Select(row => row.Row).ToListAsync();
        foreach (var some in rows.Chunk(RevokedAtOnce))
        {
            await ledgers.Tenants.ApplyAsync(organization, some, view =>
            {
                foreach (var row in some)
                {
                    view.Set(row, TenantColumns.Status, TenantStatus.Revoked);
                }

                return new Verdict<bool>(true);
            });
        }
    }
}

using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>A user as an organization knows them.</summary>
/// <param name="UserId">Who it is.</param>
/// <param name="Email">The e-mail address, in lower case.</param>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Status">A value of <see cref="TenantStatus"/>: active, or revoked.</param>
/// <param name="PasswordVersion">The password that a session has to be begun with, or a later one.</param>
/// <param name="IsMirrored">Whether the user's own list says the same.</param>
/// <param name="CreatedAt">When they became a member first.</param>
public sealed record Member(string UserId, string Email, string Role, string Status, int PasswordVersion, bool IsMirrored, DateTimeOffset CreatedAt)
{
    /// <summary>Whether they are a member now.</summary>
    public bool IsActive => Status == TenantStatus.Active;

    /// <summary>Reads the member of a row; null when there is none.</summary>
    public static Member? Read(LedgerView view, string userId)
    {
        var row = TenantRows.Member(userId);
        return !view.Exists(row) ? null : new(
            userId,
            view.Get<string>(row, TenantColumns.Email) ?? "",
            view.Get<string>(row, TenantColumns.Role) ?? "",
            view.Get<string>(row, TenantColumns.Status) ?? "",
            view.Get(row, TenantColumns.PasswordVersion) as int? ?? 0,
            view.Get(row, TenantColumns.IsMirrored) is true,
            view.Get(row, TenantColumns.Created) as DateTimeOffset? ?? DateTimeOffset.UnixEpoch);
    }

    /// <summary>Writes the member.</summary>
    public void Write(LedgerView view)
    {
        var row = TenantRows.Member(UserId);
        view.Set(row, TenantColumns.User, UserId);
        view.Set(row, TenantColumns.Email, Email);
        view.Set(row, TenantColumns.Role, Role);
        view.Set(row, TenantColumns.Status, Status);
        view.Set(row, TenantColumns.PasswordVersion, PasswordVersion);
        view.Set(row, TenantColumns.IsMirrored, IsMirrored);
        view.Set(row, TenantColumns.Created, CreatedAt);
    }
}

/// <summary>
/// Who is a member of what. The row in the organization's partition decides; the user's own list, in another partition, is brought
/// into line after it. A row that says so is still to be mirrored: whoever comes across one, after a crash, completes the work.
/// </summary>
public sealed class MembershipStore(Ledgers ledgers, UserStore users, SessionStore sessions, TimeProvider time)
{
    private const string FirstRow = "member-";
    private const string EndOfRows = "member.";

    /// <summary>Makes a user a member, or gives a member another role, which ends their sessions.</summary>
    /// <returns>The member, and whether they are new; null when there is no such organization.</returns>
    public async Task<(Member Member, bool IsNew)?> SetAsync(string organization, User user, string role)
    {
        var before = await ledgers.Tenants.ApplyAsync(organization, [TenantRows.Account, TenantRows.Member(user.Id)], view =>
        {
            if (Account.Read(view) is not { Kind: AccountKind.Organization })
            {
                return new Verdict<(bool Exists, Member? Member)>((false, null));
            }

            var current = Member.Read(view, user.Id);
            if (current is not { IsActive: true } || current.Role != role)
            {
                view.Require(TenantRows.Account);
                (current ?? new(user.Id, user.Email, role, TenantStatus.Active, user.PasswordVersion, IsMirrored: false, time.GetUtcNow()))
                    .As(role, TenantStatus.Active).Write(view);
            }
            else
            {
                view.Require(TenantRows.Member(user.Id));
            }

            return new((true, current));
        });
        if (!before.Exists)
        {
            return null;
        }

        if (before.Member is { IsActive: true } member && member.Role != role)
        {
            await sessions.RevokeAllAsync(organization, user.Id);
        }

        return (await MirrorAsync(organization, user.Id), before.Member is not { IsActive: true });
    }

    /// <summary>Ends a membership and the user's sessions in the organization.</summary>
    /// <returns>The former member; null when they never were one. Ending it twice is no error.</returns>
    public async Task<Member?> RemoveAsync(string organization, string userId)
    {
        var existed = await ledgers.Tenants.ApplyAsync(organization, [TenantRows.Member(userId)], view =>
        {
            var current = Member.Read(view, userId);
            if (current is { IsActive: true })
            {
                current.As(current.Role, TenantStatus.Revoked).Write(view);
            }
            else if (current is not null)
            {
                view.Require(TenantRows.Member(userId));
            }

            return new Verdict<bool>(current is not null);
        });
        if (!existed)
        {
            return null;
        }

        await sessions.RevokeAllAsync(organization, userId);
        return await MirrorAsync(organization, userId);
    }

    /// <summary>A member as they are at this moment; null when they are not one.</summary>
    public async Task<Member?> FindAsync(string organization, string userId, CancellationToken cancellationToken = default) =>
        await ReadAsync(organization, userId, cancellationToken) is { IsActive: true } member ? member : null;

    /// <summary>The members of an organization, in the order of their ids.</summary>
    /// <param name="organization">Whose they are.</param>
    /// <param name="after">The id after which the page begins; null for the first.</param>
    /// <param name="limit">How many it takes, 1 to 200.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<TenantPage<Member>> ListAsync(string organization, string? after, int limit, CancellationToken cancellationToken)
    {
        var from = after is null ? FirstRow : TenantRows.Member(after);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {organization} and RowKey gt {from} and RowKey lt {EndOfRows}");
        var members = ledgers.Tenants.QueryAsync(filter, limit + 1, cancellationToken)
            .Select(row => Member.Read(row.View, row.Row[FirstRow.Length..])!)
            .Select(async (Member member, CancellationToken _) => member.IsMirrored ? member : await MirrorAsync(organization, member.UserId))
            .Where(member => member.IsActive);
        return TenantPage<Member>.TakeAsync(members, limit, member => member.UserId, cancellationToken);
    }

    private async Task<Member?> ReadAsync(string organization, string userId, CancellationToken cancellationToken = default) =>
        await ledgers.Tenants.FindAsync(organization, TenantRows.Member(userId), cancellationToken) is { } view ? Member.Read(view, userId) : null;

    // Somebody may change the row while the list is written: then it is written again, after the row.
    private async Task<Member> MirrorAsync(string organization, string userId)
    {
        for (var hasWritten = false; ; hasWritten = true)
        {
            var member = (await ReadAsync(organization, userId))!;
            if (member.IsMirrored && !hasWritten)
            {
                return member;
            }

            await users.SetMembershipAsync(member.Email, organization, member.IsActive ? member.Role : null);
            var mirrored = member with { IsMirrored = true };
            var isStillSo = await ledgers.Tenants.ApplyAsync(organization, [TenantRows.Member(userId)], view =>
            {
                var isSame = Member.Read(view, userId) is { } current && current.Role == member.Role && current.Status == member.Status;
                if (isSame)
                {
                    view.Set(TenantRows.Member(userId), TenantColumns.IsMirrored, true);
                }

                return new Verdict<bool>(isSame);
            });
            if (isStillSo)
            {
                return mirrored;
            }
        }
    }
}

file static class MemberChanges
{
    /// <summary>The member with another role or status, which the user's list does not show yet.</summary>
    public static Member As(this Member member, string role, string status) => member with { Role = role, Status = status, IsMirrored = false };
}

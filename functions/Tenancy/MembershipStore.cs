using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>
/// Who is a member of what. The row in the organization's partition decides; the user's own list, in another partition, is brought
/// into line after it. A row that says so is still to be mirrored: whoever comes across one, after a crash, completes the work.
/// </summary>
public sealed class MembershipStore(Ledgers ledgers, UserStore users, SessionStore sessions, TimeProvider time)
{
    private const string FirstRow = "member-";
    private const string EndOfRows = "member.";

    /// <summary>Makes a user a member, or gives a member another role, which ends their sessions.</summary>
    /// <param name="organization">The organization.</param>
    /// <param name="user">The user.</param>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    /// <param name="keepsOwner">Whether the organization has to have an owner afterwards.</param>
    /// <returns>The member, and whether they are new; null when there is no such organization.</returns>
    /// <exception cref="LastOwnerException">It would have none.</exception>
    public async Task<(Member Member, bool IsNew)?> SetAsync(string organization, User user, string role, bool keepsOwner = false)
    {
        var before = await ApplyAsync<(bool Exists, Member? Member)>(organization, [TenantRows.Account, TenantRows.Member(user.Id)], user.Id, keepsOwner && role != Roles.Owner, view =>
        {
            if (Account.Read(view) is not { Kind: AccountKind.Organization })
            {
                return (false, null);
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

            return (true, current);
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
    /// <param name="organization">The organization.</param>
    /// <param name="userId">The user.</param>
    /// <param name="keepsOwner">Whether the organization has to have an owner afterwards.</param>
    /// <returns>The former member; null when they never were one. Ending it twice is no error.</returns>
    /// <exception cref="LastOwnerException">It would have none.</exception>
    public async Task<Member?> RemoveAsync(string organization, string userId, bool keepsOwner = false)
    {
        var existed = await ApplyAsync(organization, [TenantRows.Member(userId)], userId, keepsOwner, view =>
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

            return current is not null;
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

    /// <summary>Whether a user is a member, or was one.</summary>
    public async Task<bool> IsOrWasAsync(string organization, string userId, CancellationToken cancellationToken = default) =>
        await ReadAsync(organization, userId, cancellationToken) is not null;

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

    /// <summary>The organizations that a user may begin a session of, with the user's role in each: those that are active. One transaction each.</summary>
    /// <param name="user">The user.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<IReadOnlyList<(Account Organization, Member Member)>> OrganizationsOfAsync(User user, CancellationToken cancellationToken)
    {
        // The user's own list may say more than is so: the organizations' rows decide.
        var found = new List<(Account, Member)>();
        foreach (var organization in user.Memberships.Keys.Order(StringComparer.Ordinal))
        {
            var row = TenantRows.Member(user.Id);
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {organization} and (RowKey eq {TenantRows.Account} or RowKey eq {row})");
            var views = await ledgers.Tenants.QueryAsync(filter, rowsPerPage: 2, cancellationToken)
                .ToDictionaryAsync(stored => stored.Row, stored => stored.View, cancellationToken: cancellationToken);
            if (views.TryGetValue(TenantRows.Account, out var account)
                && views.TryGetValue(row, out var member)
                && (Account.Read(account), Member.Read(member, user.Id)) is ({ IsActive: true } read, { IsActive: true } current))
            {
                found.Add((read, current));
            }
        }

        return found;
    }

    private async Task<Member?> ReadAsync(string organization, string userId, CancellationToken cancellationToken = default) =>
        await ledgers.Tenants.FindAsync(organization, TenantRows.Member(userId), cancellationToken) is { } view ? Member.Read(view, userId) : null;

    // Another owner's row is part of the transaction: of two owners who remove each other at once, one remains.
    private async Task<T> ApplyAsync<T>(string organization, IReadOnlyList<string> rows, string userId, bool keepsOwner, Func<LedgerView, T> change)
    {
        while (true)
        {
            var other = keepsOwner ? await FindOtherOwnerAsync(organization, userId) : null;
            var (step, result) = await ledgers.Tenants.ApplyAsync(organization, other is null ? rows : [.. rows, TenantRows.Member(other)], view =>
            {
                if (keepsOwner && IsOwner(view, userId))
                {
                    if (other is null || !IsOwner(view, other))
                    {
                        return new Verdict<(Step, T?)>((other is null ? Step.Refused : Step.Overtaken, default), NeedsLook: true);
                    }

                    view.Require(TenantRows.Member(other));
                }

                return new((Step.Done, change(view)));
            });
            switch (step)
            {
                case Step.Done: return result!;
                case Step.Refused: throw new LastOwnerException();
            }
        }
    }

    private async Task<string?> FindOtherOwnerAsync(string organization, string userId)
    {
        var row = TenantRows.Member(userId);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {organization} and RowKey gt {FirstRow} and RowKey lt {EndOfRows} and RowKey ne {row} and Role eq {Roles.Owner} and Status eq {TenantStatus.Active}");
        var owner = await ledgers.Tenants.QueryAsync(filter, rowsPerPage: 1).FirstOrDefaultAsync();
        return owner.Row?[FirstRow.Length..];
    }

    private static bool IsOwner(LedgerView view, string userId) => Member.Read(view, userId) is { IsActive: true, Role: Roles.Owner };

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

    private enum Step
    {
        Done,
        Refused,

        // The other owner is none any more.
        Overtaken,
    }
}

/// <summary>An organization would be left without an owner.</summary>
public sealed class LastOwnerException() : Exception("The organization would have no owner.");

file static class MemberChanges
{
    /// <summary>The member with another role or status, which the user's list does not show yet.</summary>
    public static Member As(this Member member, string role, string status) => member with { Role = role, Status = status, IsMirrored = false };
}

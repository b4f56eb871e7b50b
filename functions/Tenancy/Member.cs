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

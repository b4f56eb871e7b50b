using System.Security.Cryptography;
using System.Text;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>A person who may log in.</summary>
/// <param name="Id">A UUID.</param>
/// <param name="Email">The e-mail address, in lower case.</param>
/// <param name="Memberships">The role in each organization, by the organization's id.</param>
/// <param name="PasswordVersion">How often the password was set.</param>
public sealed record User(string Id, string Email, IReadOnlyDictionary<string, string> Memberships, int PasswordVersion)
{
    /// <summary>The most organizations that one person may be a member of.</summary>
    public const int MaxMemberships = 200;

    private const char BetweenMemberships = ' ';
    private const char BeforeRole = ':';
    private const int PartitionDigits = 24;

    /// <summary>The form in which e-mail addresses are kept and compared.</summary>
    public static string Normalize(string email) => email.Trim().ToLowerInvariant();

    /// <summary>The partition of a user.</summary>
    /// <param name="email">The e-mail address, normalized.</param>
    public static string PartitionOf(string email) =>
        $"user-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email)))[..PartitionDigits]}";

    /// <summary>Reads the user of a partition; null when there is none of this address.</summary>
    public static User? Read(LedgerView view, string email) =>
        view.Exists(TenantRows.User) && view.Get<string>(TenantRows.User, TenantColumns.Email) == email
            ? new(
                view.Get<string>(TenantRows.User, TenantColumns.User)!,
                email,
                Parse(view.Get<string>(TenantRows.User, TenantColumns.Memberships) ?? ""),
                view.Get(TenantRows.User, TenantColumns.PasswordVersion) as int? ?? 0)
            : null;

    /// <summary>Writes the user, the password excepted.</summary>
    public void Write(LedgerView view)
    {
        view.Set(TenantRows.User, TenantColumns.User, Id);
        view.Set(TenantRows.User, TenantColumns.Email, Email);
        view.Set(TenantRows.User, TenantColumns.PasswordVersion, PasswordVersion);
        view.Set(
            TenantRows.User,
            TenantColumns.Memberships,
            string.Join(BetweenMemberships, Memberships.Select(membership => $"{membership.Key}{BeforeRole}{membership.Value}")));
    }

    private static Dictionary<string, string> Parse(string memberships) =>
        memberships.Split(BetweenMemberships, StringSplitOptions.RemoveEmptyEntries)
            .Select(membership => membership.Split(BeforeRole))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
}

/// <summary>What a member of an organization may be.</summary>
public static class Roles
{
    /// <summary>Whose organization it is.</summary>
    public const string Owner = "owner";

    /// <summary>May change it.</summary>
    public const string Admin = "admin";

    /// <summary>May see it.</summary>
    public const string Member = "member";

    /// <summary>All roles.</summary>
    public static IReadOnlyList<string> All { get; } = [Owner, Admin, Member];
}

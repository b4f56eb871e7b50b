using System.Buffers;
using System.Security.Cryptography;

namespace Serverless.Tenancy;

/// <summary>The ids of the tenants table. What does not look like one names nothing, and storage need not be asked.</summary>
public static class TenantIds
{
    /// <summary>Where the partitions of accounts begin, in the order of their keys.</summary>
    internal const string FirstAccount = "0";

    /// <summary>Where they end: the users come later.</summary>
    internal const string EndOfAccounts = "g";

    private const string ProjectPrefix = "prj_";
    private const int AccountLength = 12;
    private const int KeyLength = 8;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text could be the id of an organization or agent.</summary>
    public static bool IsAccount(string text) => IsHex(text, AccountLength);

    /// <summary>Whether a text could be the id of a key.</summary>
    public static bool IsKey(string text) => IsHex(text, KeyLength);

    /// <summary>Whether a text could be the id of a user: a UUID in lower case.</summary>
    public static bool IsUser(string text) => Guid.TryParseExact(text, "D", out var id) && id.ToString() == text;

    /// <summary>The organization of a project, which its id names; null when the text is no id of a project.</summary>
    public static string? OrganizationOf(string project) =>
        project.StartsWith(ProjectPrefix, StringComparison.Ordinal) && IsHex(project.AsSpan(ProjectPrefix.Length), AccountLength + KeyLength)
            ? project.Substring(ProjectPrefix.Length, AccountLength)
            : null;

    /// <summary>The account that a partition of the tenants table belongs to: its own, or one beside it.</summary>
    /// <param name="partition">The partition, one of those from <see cref="FirstAccount"/> to <see cref="EndOfAccounts"/>.</param>
    internal static string AccountOf(string partition) => partition[..AccountLength];

    /// <summary>Makes the id of a new organization or agent.</summary>
    public static string NewAccount() => RandomNumberGenerator.GetHexString(AccountLength, lowercase: true);

    /// <summary>How the ids of all projects of an organization begin.</summary>
    internal static string ProjectsOf(string organization) => ProjectPrefix + organization;

    /// <summary>Makes the id of a new project.</summary>
    public static string NewProject(string organization) =>
        ProjectPrefix + organization + RandomNumberGenerator.GetHexString(KeyLength, lowercase: true);

    private static bool IsHex(ReadOnlySpan<char> text, int length) => text.Length == length && !text.ContainsAnyExcept(Digits);
}

namespace Serverless.Tenancy;

/// <summary>
/// The rows and columns of the tenants table. An organization or agent is a partition: its own row, and beside it the rows of its
/// keys, sessions, projects and members, so that one transaction can prove and spend on several of them.
/// </summary>
public static class TenantRows
{
    /// <summary>The row of the organization or agent itself.</summary>
    public const string Account = "account";

    /// <summary>The row of a user, alone in a partition of its own.</summary>
    public const string User = "user";

    /// <summary>The row of a key. In the version before, also that of a session.</summary>
    public static string Key(string id) => $"key-{id}";

    /// <summary>The row of a session: a key that people get by logging in. There are many of them, and they do not last.</summary>
    public static string Session(string id) => $"session-{id}";

    /// <summary>The row of a key or a session, by its prefix.</summary>
    public static string Credential(string prefix, string id) => prefix == KeyPrefix.Session ? Session(id) : Key(id);

    /// <summary>The id of whatever a row is of, such as a key.</summary>
    public static string IdOf(string row) => row[(row.IndexOf('-', StringComparison.Ordinal) + 1)..];

    /// <summary>The row of a project.</summary>
    public static string Project(string id) => $"project-{id}";

    /// <summary>The row of a membership.</summary>
    public static string Member(string userId) => $"member-{userId}";

    /// <summary>The partition of an account's repeatable requests: apart, for there may be many, and they do not last.</summary>
    public static string RequestsOf(string account) => $"{account}-requests";

    /// <summary>The partition of an organization's saved queries: apart, so that one look takes them all and nothing else.</summary>
    public static string QueriesOf(string organization) => $"{organization}-queries";

    /// <summary>The row of a request that may be repeated.</summary>
    public static string Idempotency(string digest) => $"request-{digest}";

    /// <summary>The partition that lists the accounts of a kind, a row each: it sorts before all accounts.</summary>
    public static string DirectoryOf(AccountKind kind) => kind == AccountKind.Organization ? "-organizations" : "-agents";
}

/// <summary>The columns of the tenants table.</summary>
public static class TenantColumns
{
    /// <summary>The SHA-256 of a secret.</summary>
    public const string Hash = "Hash";

    /// <summary>When the row was created.</summary>
    public const string Created = "Created";

    /// <summary><c>active</c>, or why not.</summary>
    public const string Status = "Status";

    /// <summary>A name for people.</summary>
    public const string Name = "Name";

    /// <summary>From when on a key or session is no longer valid.</summary>
    public const string ExpiresAt = "ExpiresAt";

    /// <summary>What an account is: <see cref="AccountKind"/>.</summary>
    public const string Kind = "Kind";

    /// <summary>An organization's LuminaLog plan.</summary>
    public const string LogPlan = "LogPlan";

    /// <summary>An organization's LumiqTrace plan.</summary>
    public const string TracePlan = "TracePlan";

    /// <summary>An agent's tier.</summary>
    public const string Tier = "Tier";

    /// <summary>How the clients of a project are to behave.</summary>
    public const string ClientConfiguration = "ClientConfiguration";

    /// <summary>The surface of a key, by its prefix.</summary>
    public const string Prefix = "Prefix";

    /// <summary>What a key may do, separated by spaces.</summary>
    public const string Scopes = "Scopes";

    /// <summary>The project a key or row belongs to.</summary>
    public const string Project = "Project";

    /// <summary>A key's own limit, in requests a minute; absent for the plan's.</summary>
    public const string RequestsPerMinute = "RequestsPerMinute";

    /// <summary>The user a session or membership belongs to.</summary>
    public const string User = "User";

    /// <summary>A member's role.</summary>
    public const string Role = "Role";

    /// <summary>An organization's own prices of models.</summary>
    public const string Prices = "Prices";

    /// <summary>Whether an organization has endpoints that are told of what happens.</summary>
    public const string HasWebhookEndpoints = "HasWebhookEndpoints";

    /// <summary>Who is behind an agent.</summary>
    public const string Owner = "Owner";

    /// <summary>What the payment provider calls an agent that pays.</summary>
    public const string PaymentCustomer = "PaymentCustomer";

    /// <summary>The key that took a key's place.</summary>
    public const string ReplacedBy = "ReplacedBy";

    /// <summary>When a key was used last.</summary>
    public const string LastUsedAt = "LastUsedAt";

    /// <summary>How often a key was used, by day.</summary>
    public const string UsesByDay = "UsesByDay";

    /// <summary>A user's or member's e-mail address.</summary>
    public const string Email = "Email";

    /// <summary>A user's password, hashed.</summary>
    public const string PasswordHash = "PasswordHash";

    /// <summary>How often a user's password was set; on a member's row, as far as the organization knows; on a session's, when it began.</summary>
    public const string PasswordVersion = "PasswordVersion";

    /// <summary>The organizations of a user with the role in each.</summary>
    public const string Memberships = "Memberships";

    /// <summary>Whether a member's row and the memberships of the user say the same.</summary>
    public const string IsMirrored = "IsMirrored";

    /// <summary>What a saved query asks.</summary>
    public const string Question = "Question";

    /// <summary>What is taken out of the records of an organization or project before they are stored.</summary>
    public const string Redaction = "Redaction";

    /// <summary>How often a project's configuration has changed, from 1.</summary>
    public const string ConfigurationVersion = "ConfigurationVersion";
}

/// <summary>The values of <see cref="TenantColumns.Status"/>.</summary>
public static class TenantStatus
{
    /// <summary>In use.</summary>
    public const string Active = "active";

    /// <summary>Not served until made active again.</summary>
    public const string Suspended = "suspended";

    /// <summary>Not valid any more, for good.</summary>
    public const string Revoked = "revoked";

    /// <summary>Not there any more for anybody: what is left of it is being removed.</summary>
    public const string Erased = "erased";
}

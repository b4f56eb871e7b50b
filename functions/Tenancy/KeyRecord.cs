using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>What is kept of a key.</summary>
/// <param name="Id">Its public id: 8 hexadecimal digits.</param>
/// <param name="Prefix">The surface it belongs to.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Status">A value of <see cref="TenantStatus"/>.</param>
/// <param name="Scopes">What it may do, separated by spaces; the surface says what the words mean.</param>
/// <param name="Project">The project it is bound to; empty for none.</param>
/// <param name="RequestsPerMinute">Its own limit; null for that of the plan.</param>
/// <param name="ExpiresAt">From when on it is not valid; null for never.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record KeyRecord(
    string Id,
    string Prefix,
    string Name,
    string Status,
    string Scopes,
    string Project,
    long? RequestsPerMinute,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt)
{
    /// <summary>The user whose session it is; empty for keys.</summary>
    public string User { get; init; } = "";

    /// <summary>The password that a session was begun with; 0 for keys.</summary>
    public int PasswordVersion { get; init; }

    /// <summary>The key that replaces it; empty while none does.</summary>
    public string ReplacedBy { get; init; } = "";

    /// <summary>When it was used last; null when it never was.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>How often it was used, by day, in the form of whoever counts that; null when it never was.</summary>
    public byte[]? UsesByDay { get; init; }

    /// <summary>Whether a word is among its scopes.</summary>
    public bool HasScope(string scope) => Scopes.Split(' ').Contains(scope, StringComparer.Ordinal);

    /// <summary>Whether it opens anything at a time.</summary>
    public bool IsValidAt(DateTimeOffset now) => Status == TenantStatus.Active && !(ExpiresAt <= now);

    /// <summary>Reads the key of a row; null when there is none.</summary>
    public static KeyRecord? Read(LedgerView view, string row)
    {
        return !view.Exists(row) ? null : new(
            TenantRows.IdOf(row),
            view.Get<string>(row, TenantColumns.Prefix) ?? "",
            view.Get<string>(row, TenantColumns.Name) ?? "",
            view.Get<string>(row, TenantColumns.Status) ?? "",
            view.Get<string>(row, TenantColumns.Scopes) ?? "",
            view.Get<string>(row, TenantColumns.Project) ?? "",
            view.Get(row, TenantColumns.RequestsPerMinute) as long?,
            view.Get(row, TenantColumns.ExpiresAt) as DateTimeOffset?,
            view.Get(row, TenantColumns.Created) as DateTimeOffset? ?? DateTimeOffset.UnixEpoch)
        {
            User = view.Get<string>(row, TenantColumns.User) ?? "",
            PasswordVersion = view.Get(row, TenantColumns.PasswordVersion) as int? ?? 0,
            ReplacedBy = view.Get<string>(row, TenantColumns.ReplacedBy) ?? "",
            LastUsedAt = view.Get(row, TenantColumns.LastUsedAt) as DateTimeOffset?,
            UsesByDay = view.Get<byte[]>(row, TenantColumns.UsesByDay),
        };
    }

    /// <summary>Writes a new key, by its hash alone.</summary>
    public void Write(LedgerView view, byte[] hash)
    {
        var row = TenantRows.Credential(Prefix, Id);
        view.Set(row, TenantColumns.Hash, hash);
        view.Set(row, TenantColumns.Prefix, Prefix);
        view.Set(row, TenantColumns.Name, Name);
        view.Set(row, TenantColumns.Status, Status);
        view.Set(row, TenantColumns.Scopes, Scopes);
        view.Set(row, TenantColumns.Project, Project);
        view.Set(row, TenantColumns.User, User);
        view.Set(row, TenantColumns.Created, CreatedAt);
        if (PasswordVersion > 0)
        {
            view.Set(row, TenantColumns.PasswordVersion, PasswordVersion);
        }

        if (RequestsPerMinute is { } limit)
        {
            view.Set(row, TenantColumns.RequestsPerMinute, limit);
        }

        if (ExpiresAt is { } expiresAt)
        {
            view.Set(row, TenantColumns.ExpiresAt, expiresAt);
        }
    }
}

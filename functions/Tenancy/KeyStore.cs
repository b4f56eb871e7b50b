using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>Makes keys, and ends them. Every change holds from the very next request on, on every instance.</summary>
public sealed class KeyStore(Ledgers ledgers, TimeProvider time)
{
    private const string ReplacedBy = "ReplacedBy";

    /// <summary>Makes a key.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="prefix">The surface it is for.</param>
    /// <param name="options">What it may do and for how long.</param>
    /// <returns>The key, to be shown once; null when there is no such account.</returns>
    public async Task<ApiKey?> CreateAsync(string account, string prefix, KeyOptions options)
    {
        var key = ApiKey.Create(prefix, account);
        var now = time.GetUtcNow();
        var record = new KeyRecord(
            key.Id, prefix, options.Name, TenantStatus.Active, options.Scopes, options.Project, options.RequestsPerMinute, options.ExpiresAt, now);
        return await ledgers.Tenants.ApplyAsync(account, [TenantRows.Account, TenantRows.Key(key.Id)], view =>
        {
            if (!view.Exists(TenantRows.Account))
            {
                return new Verdict<ApiKey?>(null);
            }

            view.Require(TenantRows.Account);
            record.Write(view, key.Hash());
            return new(key);
        });
    }

    /// <summary>Ends a key for good.</summary>
    /// <returns>Whether there is such a key; ending it twice is no error.</returns>
    public Task<bool> RevokeAsync(string account, string id) =>
        ledgers.Tenants.ApplyAsync(account, [TenantRows.Key(id)], view =>
        {
            var exists = view.Exists(TenantRows.Key(id));
            if (exists)
            {
                view.Set(TenantRows.Key(id), TenantColumns.Status, TenantStatus.Revoked);
            }

            return new Verdict<bool>(exists);
        });

    /// <summary>Replaces a key by a new one with the same rights. What the old one has used stays with the account.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="id">The key to replace.</param>
    /// <param name="grace">How long the old one still works; zero ends it at once.</param>
    /// <returns>The new key, to be shown once; null when there is no such key, or it is not valid any more.</returns>
    public async Task<ApiKey?> RotateAsync(string account, string id, TimeSpan grace)
    {
        var now = time.GetUtcNow();
        return await ledgers.Tenants.ApplyAsync(account, [TenantRows.Key(id)], view => new Verdict<KeyRecord?>(KeyRecord.Read(view, id))) is { } old
            ? await ReplaceAsync(account, old, ApiKey.Create(old.Prefix, account), grace, now)
            : null;
    }

    private Task<ApiKey?> ReplaceAsync(string account, KeyRecord old, ApiKey replacement, TimeSpan grace, DateTimeOffset now) =>
        ledgers.Tenants.ApplyAsync(account, [TenantRows.Key(old.Id), TenantRows.Key(replacement.Id)], view =>
        {
            // Of two rotations at once, the second finds the key replaced.
            if (KeyRecord.Read(view, old.Id) is not { } current || !current.IsValidAt(now) || view.Get(TenantRows.Key(old.Id), ReplacedBy) is not null)
            {
                return new Verdict<ApiKey?>(null);
            }

            var row = TenantRows.Key(old.Id);
            view.Set(row, ReplacedBy, replacement.Id);
            if (grace > TimeSpan.Zero)
            {
                view.Set(row, TenantColumns.ExpiresAt, Earlier(current.ExpiresAt, now + grace));
            }
            else
            {
                view.Set(row, TenantColumns.Status, TenantStatus.Revoked);
            }

            (current with { Id = replacement.Id, CreatedAt = now }).Write(view, replacement.Hash());
            return new(replacement);
        });

    private static DateTimeOffset Earlier(DateTimeOffset? first, DateTimeOffset second) => first < second ? first.Value : second;
}

/// <summary>What a new key may do.</summary>
public sealed record KeyOptions
{
    /// <summary>A name for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it may do, separated by spaces; the surface says what the words mean.</summary>
    public string Scopes { get; init; } = "";

    /// <summary>The project it is bound to; empty for none.</summary>
    public string Project { get; init; } = "";

    /// <summary>Its own limit; null for that of the plan.</summary>
    public long? RequestsPerMinute { get; init; }

    /// <summary>From when on it is not valid; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>Makes keys, and ends them. Every change holds from the very next request on, on every instance.</summary>
public sealed class KeyStore(Ledgers ledgers, TimeProvider time)
{
    private const string FirstRow = "key-";
    private const string EndOfRows = "key.";

    /// <summary>Makes a key.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="prefix">The surface it is for.</param>
    /// <param name="options">What it may do and for how long.</param>
    /// <returns>The key, to be shown once; null when there is no such account.</returns>
    public Task<ApiKey?> CreateAsync(string account, string prefix, KeyOptions options) => CreateAsync(account, prefix, [], _ => options);

    /// <summary>A key as it is at this moment; null when there is none.</summary>
    public async Task<KeyRecord?> FindAsync(string account, string id, CancellationToken cancellationToken = default) =>
        await ledgers.Tenants.FindAsync(account, TenantRows.Key(id), cancellationToken) is { } view ? KeyRecord.Read(view, TenantRows.Key(id)) : null;

    /// <summary>The keys of an account, in the order of their ids, those included that are not valid any more.</summary>
    /// <param name="account">Whose they are.</param>
    /// <param name="prefix">The surface they are for; null for all but sessions.</param>
    /// <param name="after">The id after which the page begins; null for the first.</param>
    /// <param name="limit">How many it takes, 1 to 200.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<TenantPage<KeyRecord>> ListAsync(string account, string? prefix, string? after, int limit, CancellationToken cancellationToken)
    {
        var from = after is null ? FirstRow : TenantRows.Key(after);
        var rows = TableClient.CreateQueryFilter($"PartitionKey eq {account} and RowKey gt {from} and RowKey lt {EndOfRows}");
        // The version before had the sessions among them.
        var ofPrefix = prefix is null
            ? TableClient.CreateQueryFilter($"Prefix ne {KeyPrefix.Session}")
            : TableClient.CreateQueryFilter($"Prefix eq {prefix}");
        var keys = ledgers.Tenants.QueryAsync($"{rows} and {ofPrefix}", limit + 1, cancellationToken)
            .Select(row => KeyRecord.Read(row.View, row.Row)!);
        return TenantPage<KeyRecord>.TakeAsync(keys, limit, key => key.Id, cancellationToken);
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
        while (await FindAsync(account, id) is { } old)
        {
            var replacement = ApiKey.Create(old.Prefix, account);
            switch (await ReplaceAsync(account, old.Id, replacement, grace, now))
            {
                case Creation.Done: return replacement;
                case Creation.Refused: return null;
            }
        }

        return null;
    }

    /// <summary>Makes a key, if a look at the account and other rows of its partition permits it.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="prefix">The surface it is for.</param>
    /// <param name="rows">The other rows; the key is made on condition that they do not change meanwhile.</param>
    /// <param name="permit">What the key may do; null refuses it. Pure.</param>
    /// <returns>The key; null when it was refused, or there is no such account.</returns>
    internal async Task<ApiKey?> CreateAsync(string account, string prefix, IReadOnlyList<string> rows, Func<LedgerView, KeyOptions?> permit)
    {
        while (true)
        {
            var key = ApiKey.Create(prefix, account);
            var creation = await ledgers.Tenants.ApplyAsync(account, [TenantRows.Account, .. rows, key.Row], view =>
            {
                if (Account.Read(view) is null || permit(view) is not { } options)
                {
                    return new Verdict<Creation>(Creation.Refused);
                }

                if (view.Exists(key.Row))
                {
                    return new(Creation.IdTaken);
                }

                view.Require(TenantRows.Account);
                foreach (var row in rows)
                {
                    view.Require(row);
                }

                options.ToRecord(key.Id, prefix, time.GetUtcNow()).Write(view, key.Hash());
                return new(Creation.Done);
            });
            if (creation != Creation.IdTaken)
            {
                return creation == Creation.Done ? key : null;
            }
        }
    }

    private Task<Creation> ReplaceAsync(string account, string id, ApiKey replacement, TimeSpan grace, DateTimeOffset now) =>
        ledgers.Tenants.ApplyAsync(account, [TenantRows.Key(id), TenantRows.Key(replacement.Id)], view =>
        {
            // Of two rotations at once, the second finds the key replaced.
            if (KeyRecord.Read(view, TenantRows.Key(id)) is not { } current || !current.IsValidAt(now) || current.ReplacedBy.Length > 0)
            {
                return new Verdict<Creation>(Creation.Refused);
            }

            if (view.Exists(TenantRows.Key(replacement.Id)))
            {
                return new(Creation.IdTaken);
            }

            var row = TenantRows.Key(id);
            view.Set(row, TenantColumns.ReplacedBy, replacement.Id);
            if (grace > TimeSpan.Zero)
            {
                view.Set(row, TenantColumns.ExpiresAt, Earlier(current.ExpiresAt, now + grace));
            }
            else
            {
                view.Set(row, TenantColumns.Status, TenantStatus.Revoked);
            }

            (current with { Id = replacement.Id, CreatedAt = now }).Write(view, replacement.Hash());
            return new(Creation.Done);
        });

    private static DateTimeOffset Earlier(DateTimeOffset? first, DateTimeOffset second) => first < second ? first.Value : second;

    private enum Creation
    {
        Done,
        Refused,

        // Ids are short, for there are few keys to an account; with years of sessions two may well be the same.
        IdTaken,
    }
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

    /// <summary>The user whose session it is; empty for keys.</summary>
    public string User { get; init; } = "";

    /// <summary>The password that a session is begun with; 0 for keys.</summary>
    public int PasswordVersion { get; init; }

    /// <summary>Its own limit; null for that of the plan.</summary>
    public long? RequestsPerMinute { get; init; }

    /// <summary>From when on it is not valid; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    internal KeyRecord ToRecord(string id, string prefix, DateTimeOffset now) =>
        new(id, prefix, Name, TenantStatus.Active, Scopes, Project, RequestsPerMinute, ExpiresAt, now) { User = User, PasswordVersion = PasswordVersion };
}

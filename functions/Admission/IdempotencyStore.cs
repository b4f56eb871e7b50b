using System.Security.Cryptography;
using System.Text;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Admission;

/// <summary>A request that its sender may repeat under the same <c>Idempotency-Key</c>.</summary>
/// <param name="Id">The id under which its effect is stored: storing it again under this id changes nothing.</param>
/// <param name="BodyHash">The SHA-256 of its body.</param>
/// <param name="Answer">The body of its successful answer; null while that is not known.</param>
public sealed record RepeatableRequest(string Id, byte[] BodyHash, byte[]? Answer);

/// <summary>
/// Remembers requests by the key their sender gave them, for 24 hours. A request is claimed before it takes effect, with the id of
/// that effect, and completed afterwards; whoever finds it claimed but not completed can safely carry it out again under that id.
/// </summary>
public sealed class IdempotencyStore(Ledgers ledgers, TimeProvider time)
{
    private const string Id = "Request";
    private const string BodyHash = "Body";
    private const string Answer = "Answer";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The request of this key; null when there is none.</summary>
    public Task<RepeatableRequest?> FindAsync(string account, string key) =>
        ApplyAsync(account, key, (view, row) => Read(view, row));

    /// <summary>Claims a key for a request.</summary>
    /// <returns>The request that holds the key: this one, or an earlier one.</returns>
    public async Task<RepeatableRequest> ClaimAsync(string account, string key, string id, byte[] bodyHash) =>
        (await ApplyAsync(account, key, (view, row) =>
        {
            if (Read(view, row) is { } earlier)
            {
                return earlier;
            }

            view.Set(row, Id, id);
            view.Set(row, BodyHash, bodyHash);
            view.Set(row, Answer, Array.Empty<byte>());
            view.Set(row, TenantColumns.ExpiresAt, time.GetUtcNow() + Lifetime);
            return new(id, bodyHash, null);
        }))!;

    /// <summary>Keeps the answer of a request that has taken effect.</summary>
    public Task CompleteAsync(string account, string key, byte[] answer) =>
        ApplyAsync(account, key, (view, row) =>
        {
            if (view.Exists(row))
            {
                view.Set(row, Answer, answer);
            }

            return null;
        });

    private Task<RepeatableRequest?> ApplyAsync(string account, string key, Func<LedgerView, string, RepeatableRequest?> decide)
    {
        var row = TenantRows.Idempotency(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));
        return ledgers.Tenants.ApplyAsync(TenantRows.RequestsOf(account), [row], view => new Verdict<RepeatableRequest?>(decide(view, row)));
    }

    private RepeatableRequest? Read(LedgerView view, string row) =>
        view.Get(row, TenantColumns.ExpiresAt) is DateTimeOffset expiresAt && expiresAt > time.GetUtcNow()
            ? new(
                view.Get<string>(row, Id)!,
                view.Get<byte[]>(row, BodyHash)!,
                view.Get<byte[]>(row, Answer) is { Length: > 0 } answer ? answer : null)
            : null;
}

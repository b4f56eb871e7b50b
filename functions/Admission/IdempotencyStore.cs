using System.Security.Cryptography;
using System.Text;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Admission;

/// <summary>A request that its sender may repeat under the same <c>Idempotency-Key</c>.</summary>
/// <param name="Id">The id under which its effect is stored: storing it again under this id changes nothing.</param>
/// <param name="BodyHash">The SHA-256 of its body.</param>
/// <param name="ClaimedAt">When it was about to take effect.</param>
/// <param name="Answer">The body of its successful answer; null while that is not known.</param>
public sealed record RepeatableRequest(string Id, byte[] BodyHash, DateTimeOffset ClaimedAt, byte[]? Answer);

/// <summary>
/// Remembers requests by the key their sender gave them. A request is claimed before it takes effect, with the id of
/// that effect, and completed afterwards; whoever finds it claimed but not completed can safely carry it out again under that id.
/// </summary>
/// <param name="ledgers">Where it is kept.</param>
/// <param name="time">The clock.</param>
public sealed class IdempotencyStore(Ledgers ledgers, TimeProvider time)
{
    private const string Id = "Request";
    private const string BodyHash = "Body";
    private const string Answer = "Answer";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The request of this key, with its answer if that is known soon; null when there is none.</summary>
    /// <param name="account">Whose key it is.</param>
    /// <param name="key">The key.</param>
    /// <param name="patience">How long a request may take: one that was claimed longer ago has failed, and is not waited for.</param>
    public async Task<RepeatableRequest?> FindAsync(string account, string key, TimeSpan patience)
    {
        var request = await LookAsync();
        for (var age = AgeOf(request); request is { Answer: null } && age < patience; age += BetweenLooks)
        {
            await Task.Delay(BetweenLooks, time);
            request = await LookAsync();
        }

        return request;

        Task<RepeatableRequest?> LookAsync() => ApplyAsync(account, key, (view, row) => Read(view, row));
    }

    /// <summary>Claims a key for a request.</summary>
    /// <returns>The request that holds the key: this one, or an earlier one.</returns>
    public async Task<RepeatableRequest> ClaimAsync(string account, string key, string id, byte[] bodyHash) =>
        (await ApplyAsync(account, key, (view, row) =>
        {
            if (Read(view, row) is { } earlier)
            {
                return earlier;
            }

            var now = time.GetUtcNow();
            view.Set(row, Id, id);
            view.Set(row, BodyHash, bodyHash);
            view.Set(row, Answer, Array.Empty<byte>());
            view.Set(row, TenantColumns.ExpiresAt, now + Lifetime);
            return new(id, bodyHash, now, null);
        }))!;

    /// <summary>Keeps the answer of a request that has taken effect, unless it has one.</summary>
    /// <returns>The request with the answer that was there before; null when there was none.</returns>
    public Task<RepeatableRequest?> CompleteAsync(string account, string key, byte[] answer) =>
        ApplyAsync(account, key, (view, row) =>
        {
            if (Read(view, row) is { Answer: not null } earlier)
            {
                return earlier;
            }

            if (view.Exists(row))
            {
                view.Set(row, Answer, answer);
            }

            return null;
        });

    // By whatever clock it was claimed: what lies ahead has just begun.
    private TimeSpan AgeOf(RepeatableRequest? request) =>
        request is not null && time.GetUtcNow() - request.ClaimedAt is var age && age > TimeSpan.Zero ? age : TimeSpan.Zero;

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
                expiresAt - Lifetime,
                view.Get<byte[]>(row, Answer) is { Length: > 0 } answer ? answer : null)
            : null;
}

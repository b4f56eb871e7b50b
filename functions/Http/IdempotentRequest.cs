using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;

namespace Serverless.Http;

/// <summary>A request that carries an <c>Idempotency-Key</c>, on its way to taking effect once.</summary>
public sealed class IdempotentRequest : IDisposable
{
    private readonly IdempotencyStore _store;
    private readonly string _account;
    private readonly string _key;
    private readonly RepeatableRequest? _earlier;

    private IdempotentRequest(IdempotencyStore store, string account, string key, RepeatableRequest? earlier) =>
        (_store, _account, _key, _earlier) = (store, account, key, earlier);

    /// <summary>Has to see the whole body before the members below that compare it.</summary>
    public IncrementalHash Digest { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The id under which an earlier try took effect, or may have; null for the first try.</summary>
    public string? EarlierId => _earlier?.Id;

    /// <summary>The answer to an earlier try; null when none is known.</summary>
    public byte[]? EarlierAnswer => _earlier?.Answer;

    /// <summary>Finds out what is known of a request; null when it carries no key.</summary>
    /// <exception cref="ApiException">400: the key is not well-formed, or whose it is cannot be told in time.</exception>
    public static async Task<IdempotentRequest?> FindAsync(IdempotencyStore store, HttpRequest request, string? account)
    {
        if (IdempotencyKey.Of(request) is not { } key)
        {
            return null;
        }

        if (account is null)
        {
            const string Message = $"\"{IdempotencyKey.Header}\" needs the API key in a header";
            throw RequestErrors.Invalid("Invalid header", new ErrorDetail(null, IdempotencyKey.Header, "not_supported", Message));
        }

        // The same key at another endpoint is another key.
        var scoped = $"{request.Method} {request.Path} {key}";
        return new(store, account, scoped, await store.FindAsync(account, scoped));
    }

    /// <summary>Makes sure that an earlier try had the same body.</summary>
    /// <exception cref="ApiException">409: it had another.</exception>
    public void RequireSameBody()
    {
        if (_earlier is not null)
        {
            RequireSame(_earlier, Digest.GetCurrentHash());
        }
    }

    /// <summary>Claims the key, right before the request takes effect.</summary>
    /// <param name="id">The id under which it does; <see cref="EarlierId"/> if there is one.</param>
    /// <exception cref="ApiException">409: the key was used for another body, or the same request is under way elsewhere.</exception>
    public async Task ClaimAsync(string id)
    {
        var hash = Digest.GetCurrentHash();
        var holder = await _store.ClaimAsync(_account, _key, id, hash);
        RequireSame(holder, hash);
        if (holder.Id != id)
        {
            throw IdempotencyKey.InProgress();
        }
    }

    /// <summary>Keeps the answer, now that the request has taken effect.</summary>
    public Task CompleteAsync(ReadOnlyMemory<byte> answer) => _store.CompleteAsync(_account, _key, answer.ToArray());

    /// <inheritdoc/>
    public void Dispose() => Digest.Dispose();

    private static void RequireSame(RepeatableRequest request, byte[] hash)
    {
        if (!request.BodyHash.AsSpan().SequenceEqual(hash))
        {
            throw IdempotencyKey.Conflict();
        }
    }
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;

namespace Serverless.Http;

/// <summary>A request that carries an <c>Idempotency-Key</c>, on its way to taking effect once.</summary>
public sealed class IdempotentRequest : IDisposable
{
    // A request that takes longer has failed, as far as its repetitions are concerned: they take effect under its id.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Whoever has an id of its own by then cannot do that, and can only be told to come again.
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);

    private readonly IdempotencyStore _store;
    private readonly string _account;
    private readonly string _key;
    private readonly RepeatableRequest? _earlier;
    private bool _isReplayed;

    private IdempotentRequest(IdempotencyStore store, string account, string key, RepeatableRequest? earlier) =>
        (_store, _account, _key, _earlier) = (store, account, key, earlier);

    /// <summary>Has to see the whole body before the members below that compare it.</summary>
    public IncrementalHash Digest { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The id under which an earlier try took effect, or may have; null for the first try.</summary>
    public string? EarlierId => _earlier?.Id;

    /// <summary>The answer to an earlier try; null when none is known. One that is under way has been waited for.</summary>
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
        return new(store, account, scoped, await store.FindAsync(account, scoped, Patience));
    }

    /// <summary>Gives the answer to an earlier try once more.</summary>
    /// <exception cref="ApiException">409: it had another body.</exception>
    public byte[] Replay(byte[] answer)
    {
        RequireSameBody();
        _isReplayed = true;
        return answer;
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
    /// <returns>The answer to the same request, which was faster; null when this one is to take effect.</returns>
    /// <exception cref="ApiException">409: the key was used for another body, or the same request is under way elsewhere and takes long.</exception>
    public async Task<byte[]?> ClaimAsync(string id)
    {
        var hash = Digest.GetCurrentHash();
        var holder = await _store.ClaimAsync(_account, _key, id, hash);
        RequireSame(holder, hash);
        if (holder.Answer is null && holder.Id == id)
        {
            return null;
        }

        var answer = holder.Answer ?? (await _store.FindAsync(_account, _key, LongPatience))?.Answer ?? throw IdempotencyKey.InProgress();
        _isReplayed = true;
        return answer;
    }

    /// <summary>Keeps the answer, now that the request has taken effect.</summary>
    /// <returns>The answer to give: an earlier one, if the same request was faster.</returns>
    public async Task<ReadOnlyMemory<byte>> CompleteAsync(ReadOnlyMemory<byte> answer)
    {
        var earlier = await _store.CompleteAsync(_account, _key, answer.ToArray());
        _isReplayed = earlier is not null;
        return earlier?.Answer ?? answer;
    }

    /// <summary>Says on an answer that it was given before, if it was.</summary>
    public void Mark(HttpResponse response)
    {
        if (_isReplayed)
        {
            response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        }
    }

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

using Serverless.Secrets;
using Serverless.Webhooks.Signing;

namespace Serverless.Webhooks.Endpoints;

/// <summary>The secrets that messages to an endpoint are signed with.</summary>
public sealed class EndpointSecrets(SecretBox box, TimeProvider time)
{
    /// <summary>Makes a secret for an endpoint.</summary>
    /// <param name="place">Where it will be kept.</param>
    /// <exception cref="SecretKeyException">It could not be kept.</exception>
    internal (string Secret, byte[] Sealed) Make(string place)
    {
        var secret = WebhookSecret.New();
        return (secret, box.Seal(secret, place));
    }

    /// <summary>The keys to sign with: that of now, and for a day that of before.</summary>
    /// <exception cref="SecretKeyException">The key that they are kept under is not there.</exception>
    internal IReadOnlyList<byte[]> Open(WebhookEndpoint endpoint)
    {
        byte[][] kept = endpoint.SealedPreviousSecret is { } previous && endpoint.PreviousSecretUntil > time.GetUtcNow()
            ? [endpoint.SealedSecret, previous]
            : [endpoint.SealedSecret];
        return [.. kept.Select(secret => WebhookSecret.KeyOf(box.Open(secret, endpoint.SecretPlace)))];
    }

    /// <summary>The same endpoint, its secret kept under the key of now if it was kept under the one of before.</summary>
    /// <exception cref="SecretKeyException">The key that it is kept under is not there.</exception>
    internal WebhookEndpoint Renew(WebhookEndpoint endpoint) => box.Renew(endpoint.SealedSecret, endpoint.SecretPlace) is var renewed && renewed != endpoint.SealedSecret
        ? endpoint with { SealedSecret = renewed }
        : endpoint;
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Webhooks.Signing;

/// <summary>
/// The headers by which a receiver knows that a message comes from here: Lamina's own, and those of the Standard Webhooks specification. They are over the same body and
/// time: <c>v1</c> with the secrets of an endpoint, all else with the key that anybody can ask for.
/// </summary>
public static class WebhookSignature
{
    /// <summary>Signs a message.</summary>
    /// <param name="key">The key that anybody can ask for.</param>
    /// <param name="secrets">The keys of the endpoint's secrets, the one of now first; none for an address that wants one message.</param>
    /// <param name="id">The id of the message. It stays the same over all tries.</param>
    /// <param name="body">The body, as it is sent.</param>
    /// <param name="now">When it is sent.</param>
    /// <returns>The headers to send with it.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Sign(SigningKey key, IReadOnlyList<byte[]> secrets, string id, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var standardId = $"msg_{id}";
        byte[] standard = [.. Encoding.UTF8.GetBytes($"{standardId}.{timestamp}."), .. body];
        var signatures = secrets
            .Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, standard))}")
            .Append($"v1a,{Convert.ToBase64String(key.Sign(standard))}");
        return
        [
            new("X-Lamina-Webhook-Signature", Convert.ToHexStringLower(key.Sign([.. Encoding.UTF8.GetBytes($"{timestamp}."), .. body]))),
            new("X-Lamina-Webhook-Timestamp", timestamp),
            new("X-Lamina-Webhook-Request-Id", id),
            new("X-Lamina-Webhook-Key-Id", key.Id),
            new("webhook-id", standardId),
            new("webhook-timestamp", timestamp),
            new("webhook-signature", string.Join(' ', signatures)),
        ];
    }
}

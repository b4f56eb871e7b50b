using System.Globalization;
using System.Text;

namespace Serverless.Runs.Webhooks;

/// <summary>
/// The headers by which a receiver knows that a webhook comes from here: Lamina's own, and those of the Standard Webhooks
/// specification. Both are over the same body and time, with the same key.
/// </summary>
public static class WebhookSignature
{
    /// <summary>Signs the webhook that says that a run has ended.</summary>
    /// <param name="key">The key.</param>
    /// <param name="runId">The run. A run ends once: its id also makes the webhook's, which stays the same over all tries.</param>
    /// <param name="body">The body, as it is sent.</param>
    /// <param name="now">When it is sent.</param>
    /// <returns>The headers to send with it.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Sign(SigningKey key, string runId, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var id = $"msg_{runId}";
        return
        [
            new("X-Lamina-Webhook-Signature", Convert.ToHexStringLower(Sign(key, $"{timestamp}.", body))),
            new("X-Lamina-Webhook-Timestamp", timestamp),
            new("X-Lamina-Webhook-Request-Id", runId),
            new("webhook-id", id),
            new("webhook-timestamp", timestamp),
            new("webhook-signature", $"v1a,{Convert.ToBase64String(Sign(key, $"{id}.{timestamp}.", body))}"),
        ];
    }

    private static byte[] Sign(SigningKey key, string prefix, ReadOnlySpan<byte> body) => key.Sign([.. Encoding.UTF8.GetBytes(prefix), .. body]);
}

using System.Security.Cryptography;
using System.Text;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>Signatures as senders make them whose libraries only check them.</summary>
internal static class TestSignatures
{
    /// <summary>The header <c>X-Hub-Signature-256</c> of GitHub.</summary>
    public static string GitHub(string secret, string body) => "sha256=" + Hmac(secret, body);

    /// <summary>The header <c>Stripe-Signature</c>.</summary>
    public static string Stripe(string secret, string body, DateTimeOffset at) =>
        $"t={at.ToUnixTimeSeconds()},v1={Hmac(secret, $"{at.ToUnixTimeSeconds()}.{body}")}";

    private static string Hmac(string secret, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}

using System.Security.Cryptography;

namespace Serverless.Webhooks.Signing;

/// <summary>The secrets that endpoints know messages by, in the form of the Standard Webhooks specification.</summary>
internal static class WebhookSecret
{
    /// <summary>What they begin with; the rest is base64.</summary>
    public const string Prefix = "whsec_";

    // The specification takes 24 to 64.
    private const int Bytes = 32;

    /// <summary>A new one.</summary>
    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The key that a secret stands for.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static byte[] KeyOf(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal) ? Convert.FromBase64String(secret[Prefix.Length..]) : throw new FormatException("The secret of an endpoint is none.");
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Runs.Engine.Steps;

namespace Serverless.Runs.Triggers;

/// <summary>What a signature comes to.</summary>
internal enum SignatureVerdict
{
    /// <summary>Whoever sent the request knows the secret.</summary>
    Valid,

    /// <summary>There is none, or it is another's.</summary>
    Invalid,

    /// <summary>It is right, but its time is too far from now: it may be somebody else who repeats the request.</summary>
    Stale,
}

/// <summary>
/// How the sender of a request proves who it is: by an HMAC over the body, under a secret that both sides know. Three senders' own ways have a name; any
/// other has a header with the HMAC of the body alone.
/// </summary>
internal sealed record SignatureScheme
{
    /// <summary>As GitHub signs: the body, in <c>X-Hub-Signature-256</c>.</summary>
    public const string GitHub = "github";

    /// <summary>As Stripe signs: a time and the body, in <c>Stripe-Signature</c>.</summary>
    public const string Stripe = "stripe";

    /// <summary>As the Standard Webhooks specification has it: an id, a time and the body.</summary>
    public const string StandardWebhooks = "standard-webhooks";

    /// <summary>The encoding of signatures as hexadecimal digits.</summary>
    public const string Hex = "hex";

    /// <summary>The encoding of signatures as base64.</summary>
    public const string Base64 = "base64";

    /// <summary>HMAC with SHA-256.</summary>
    public const string Sha256 = "sha256";

    /// <summary>HMAC with SHA-512.</summary>
    public const string Sha512 = "sha512";

    /// <summary>What the secrets of the Standard Webhooks specification begin with; the rest is base64.</summary>
    public const string SecretPrefix = "whsec_";

    private const string StandardId = "webhook-id";

    // Both Stripe's libraries and those of the Standard Webhooks take as much.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>One of the three that have a name; null for another.</summary>
    public string? Preset { get; init; }

    /// <summary>The header with the signature; null where there is a <see cref="Preset"/>, as for what follows.</summary>
    public string? Header { get; init; }

    /// <summary>What the signature begins with there; null for nothing.</summary>
    public string? Prefix { get; init; }

    /// <summary>How the signature is written: <see cref="Hex"/> or <see cref="Base64"/>.</summary>
    public string? Encoding { get; init; }

    /// <summary>The hash function of the HMAC: <see cref="Sha256"/> or <see cref="Sha512"/>.</summary>
    public string? Algorithm { get; init; }

    /// <summary>The schemes that have a name.</summary>
    public static IReadOnlyList<string> Presets { get; } = [GitHub, Stripe, StandardWebhooks];

    /// <summary>Whether a text can be the secret of a sender that signs by this scheme.</summary>
    public bool TakesSecret(string secret) => Preset != StandardWebhooks || KeyOf(secret).Length > 0;

    /// <summary>Judges the signature of a request.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="body">Its body, as it came.</param>
    /// <param name="now">The time.</param>
    public SignatureVerdict Judge(string secret, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var (before, signatures, time) = Read(headers);
        using var hmac = IncrementalHash.CreateHMAC(Algorithm == Sha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, KeyOf(secret));
        hmac.AppendData(System.Text.Encoding.UTF8.GetBytes(before));
        hmac.AppendData(body);
        var expected = hmac.GetHashAndReset();

        // One of several is enough: a sender whose secret is being replaced signs with both.
        var isValid = false;
        foreach (var signature in signatures)
        {
            isValid |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }

        return !isValid ? SignatureVerdict.Invalid
            : time is { } at && (at - now).Duration() > Tolerance ? SignatureVerdict.Stale
            : SignatureVerdict.Valid;
    }

    /// <summary>What tells a delivery from all others, of what is signed; where that is no id, the body itself.</summary>
    /// <param name="headers">The headers of the request.</param>
    /// <param name="body">Its body, as it came.</param>
    public string DeliveryOf(IHeaderDictionary headers, byte[] body) =>
        (Preset switch
        {
            StandardWebhooks => headers[StandardId].ToString(),
            Stripe => EventIdOf(body),
            _ => null,
        })
        ?? $"body {Convert.ToHexStringLower(SHA256.HashData(body))}";

    private (string Before, IReadOnlyList<byte[]> Signatures, DateTimeOffset? Time) Read(IHeaderDictionary headers) => Preset switch
    {
        GitHub => ("", Signatures(headers["X-Hub-Signature-256"], "sha256=", Hex), null),
        Stripe => ReadStripe(headers["Stripe-Signature"].ToString()),
        StandardWebhooks => ReadStandard(headers[StandardId].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString()),
        _ => ("", Signatures(headers[Header!], Prefix ?? "", Encoding), null),
    };

    private static (string Before, IReadOnlyList<byte[]> Signatures, DateTimeOffset? Time) ReadStripe(string header)
    {
        var parts = header.Split(',');
        var time = parts.FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal))?[2..] ?? "";
        return TimeOf(time) is { } at ? ($"{time}.", Signatures(parts, "v1=", Hex), at) : ("", [], null);
    }

    private static (string Before, IReadOnlyList<byte[]> Signatures, DateTimeOffset? Time) ReadStandard(string id, string time, string header) =>
        id.Length > 0 && TimeOf(time) is { } at ? ($"{id}.{time}.", Signatures(header.Split(' '), "v1,", Base64), at) : ("", [], null);

    private static byte[][] Signatures(IEnumerable<string?> values, string prefix, string? encoding) =>
    [
        .. values.OfType<string>()
            .SelectMany(value => prefix.Contains(',', StringComparison.Ordinal) ? [value] : value.Split([',', ' ']))
            .Where(text => text.StartsWith(prefix, StringComparison.Ordinal))
            .Select(text => Decode(text[prefix.Length..], encoding)),
    ];

    private static byte[] Decode(string text, string? encoding)
    {
        Span<byte> bytes = stackalloc byte[SHA512.HashSizeInBytes];
        return encoding == Base64
            ? Convert.TryFromBase64String(text, bytes, out var length) ? [.. bytes[..length]] : []
            : Convert.FromHexString(text, bytes, out _, out length) == System.Buffers.OperationStatus.Done ? [.. bytes[..length]] : [];
    }

    private static DateTimeOffset? TimeOf(string seconds) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time) && time <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(time)
            : null;

    private byte[] KeyOf(string secret)
    {
        if (Preset != StandardWebhooks)
        {
            return System.Text.Encoding.UTF8.GetBytes(secret);
        }

        var base64 = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var key = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, key, out var length) ? key[..length] : [];
    }

    private static string? EventIdOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return JsonPointer.Find(json.RootElement, "/id") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

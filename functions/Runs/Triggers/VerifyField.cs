using System.Buffers;
using System.Text.Json.Nodes;
using Serverless.Http;

namespace Serverless.Runs.Triggers;

/// <summary>How a trigger is to know its senders.</summary>
/// <param name="Signature">How they sign; null when they send the secret that is made for the trigger.</param>
/// <param name="Secret">What they sign with; null when that stays as it is.</param>
internal sealed record Verification(SignatureScheme? Signature, string? Secret);

/// <summary>How a trigger is to know its senders, as it is put.</summary>
/// <inheritdoc/>
internal sealed record VerifyField(string Name, string Description) : RecordField<Verification>(Name, Description)
{
    /// <summary>Senders send the secret that was made for the trigger.</summary>
    public const string BySecret = "secret";

    /// <summary>Senders sign with a secret of their own.</summary>
    public const string ByHmac = "hmac";

    private const int MaxSecretLength = 512;
    private const int MaxHeaderLength = 64;
    private const int MaxPrefixLength = 32;

    private static readonly SearchValues<char> HeaderCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly OptionField Type = new("type", $"`{BySecret}`: senders send the secret of the trigger in `x-trigger-secret`. `{ByHmac}`: they sign with a secret of their own, and that alone opens the trigger.", [BySecret, ByHmac]) { Default = BySecret };
    private static readonly OptionField Preset = new("preset", "Whose way of signing it is; without it, `header` and what follows say how the body is signed.", [.. SignatureScheme.Presets]);
    private static readonly TextField Secret = new("secret", $"The secret of the sender, which is never shown: what was given to GitHub, or `{SignatureScheme.SecretPrefix}…` of Stripe and of the Standard Webhooks. Without it, that of before stays.") { MinLength = 1, MaxLength = MaxSecretLength };
    private static readonly TextField Header = HeaderName("header", "The header with the HMAC of the body; several signatures in it may be separated by commas or spaces.");

    private static readonly TextField Prefix = new("prefix", "What a signature begins with, such as `sha256=`.")
    {
        MaxLength = MaxPrefixLength,
        Rule = new(static prefix => prefix.All(character => character is > ' ' and <= '~' and not ','), "printable ASCII characters without spaces and commas") { Pattern = "^[!-+--~]*$" },
    };

    private static readonly OptionField Encoding = new("encoding", "How a signature is written.", [SignatureScheme.Hex, SignatureScheme.Base64]) { Default = SignatureScheme.Hex };
    private static readonly OptionField Algorithm = new("algorithm", "The hash function of the HMAC.", [SignatureScheme.Sha256, SignatureScheme.Sha512]) { Default = SignatureScheme.Sha256 };

    private static readonly Field[] OwnScheme = [Header, Prefix, Encoding, Algorithm];
    private static readonly Field[] Fields = [Type, Preset, Secret, .. OwnScheme];

    /// <summary>The name of a header that a definition names.</summary>
    public static TextField HeaderName(string name, string description) => new(name, description)
    {
        MinLength = 1,
        MaxLength = MaxHeaderLength,
        Rule = new(static header => !header.AsSpan().ContainsAnyExcept(HeaderCharacters), "the name of a header: letters, digits, _ and -") { Pattern = "^[A-Za-z0-9_-]+$" },
    };

    /// <inheritdoc/>
    protected override Verification? Read(RequestReader given)
    {
        if ((given.Read(Type) ?? BySecret) == BySecret)
        {
            Refuse(given, [Preset, Secret, .. OwnScheme], $"is for the type {ByHmac}");
            return new(Signature: null, Secret: null);
        }

        var scheme = ReadScheme(given);
        var secret = given.Read(Secret);
        if (secret is not null && !scheme.TakesSecret(secret))
        {
            given.Complain(Secret, "invalid_format", $"must be {SignatureScheme.SecretPrefix} and the base64 of a key");
        }

        return new(scheme, secret);
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => SchemaOf(Fields);

    private static SignatureScheme ReadScheme(RequestReader given)
    {
        if (given.IsGiven(Preset))
        {
            Refuse(given, OwnScheme, $"cannot be given with \"{Preset.Name}\"");
            return new() { Preset = given.Read(Preset) };
        }

        return new()
        {
            Header = given.Read(Header with { IsRequired = true }),
            Prefix = given.Read(Prefix),
            Encoding = given.Read(Encoding) ?? Encoding.Default,
            Algorithm = given.Read(Algorithm) ?? Algorithm.Default,
        };
    }

    private static void Refuse(RequestReader given, IEnumerable<Field> fields, string reason)
    {
        foreach (var field in fields.Where(given.IsGiven))
        {
            given.Complain(field, "not_allowed", reason);
        }
    }
}

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Runs.Webhooks;

/// <summary>The setting <c>Webhooks__SigningKey</c>.</summary>
public sealed class SigningKeyOptions : IValidatableObject
{
    /// <summary>The section of the setting.</summary>
    public const string Section = "Webhooks";

    /// <summary>The seed of the key that signs webhooks, in base64.</summary>
    public string? SigningKey { get; set; }

    /// <summary>The seed; null when the setting is not there.</summary>
    internal byte[]? Seed => SigningKey is { Length: > 0 } ? Convert.FromBase64String(SigningKey) : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var seed = new byte[Webhooks.SigningKey.SeedBytes];
        if (SigningKey is { Length: > 0 } && !(Convert.TryFromBase64String(SigningKey, seed, out var length) && length == seed.Length))
        {
            // The text is not repeated: it may be the key but for one letter.
            yield return new($"must be the base64 of a seed of {seed.Length} bytes.", ["Webhooks__SigningKey"]);
        }
    }
}

/// <summary>Judges the key that signs webhooks.</summary>
[OptionsValidator]
internal sealed partial class SigningKeyOptionsValidator : IValidateOptions<SigningKeyOptions>;

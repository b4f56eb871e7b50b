using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Webhooks.Signing;

/// <summary>The settings <c>Webhooks__SigningKey</c> and <c>Webhooks__PreviousSigningKey</c>.</summary>
public sealed class SigningKeyOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Webhooks";

    /// <summary>The seed of the key that signs webhooks, in base64.</summary>
    public string? SigningKey { get; set; }

    /// <summary>The seed of the key that signed them before, in base64: its public half is given out beside the other.</summary>
    public string? PreviousSigningKey { get; set; }

    /// <summary>The seed; null when the setting is not there.</summary>
    internal byte[]? Seed => SeedOf(SigningKey);

    /// <summary>The seed of before; null when the setting is not there.</summary>
    internal byte[]? PreviousSeed => SeedOf(PreviousSigningKey);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, text) in new[] { (nameof(SigningKey), SigningKey), (nameof(PreviousSigningKey), PreviousSigningKey) })
        {
            var seed = new byte[Signing.SigningKey.SeedBytes];
            if (text is { Length: > 0 } && !(Convert.TryFromBase64String(text, seed, out var length) && length == seed.Length))
            {
                // The text is not repeated: it may be the key but for one letter.
                yield return new($"must be the base64 of a seed of {seed.Length} bytes.", [$"{Section}__{name}"]);
            }
        }
    }

    private static byte[]? SeedOf(string? text) => text is { Length: > 0 } ? Convert.FromBase64String(text) : null;
}

/// <summary>Judges the keys that sign webhooks.</summary>
[OptionsValidator]
internal sealed partial class SigningKeyOptionsValidator : IValidateOptions<SigningKeyOptions>;

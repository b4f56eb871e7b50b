using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Secrets;

/// <summary>The settings <c>Secrets__Key</c> and <c>Secrets__PreviousKey</c>.</summary>
public sealed class SecretOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Secrets";

    /// <summary>The name of the setting without which no secret can be kept.</summary>
    public const string KeySetting = "Secrets__Key";

    /// <summary>The length of a key, in bytes.</summary>
    internal const int KeyBytes = 32;

    /// <summary>The name of the setting with the key of before.</summary>
    internal const string PreviousKeySetting = "Secrets__PreviousKey";

    /// <summary>The key that secrets are kept under, in base64.</summary>
    public string? Key { get; set; }

    /// <summary>The key they were kept under before, in base64: what it sealed is still read.</summary>
    public string? PreviousKey { get; set; }

    /// <summary>The keys there are, the one for new secrets first; none unless <see cref="Key"/> is set.</summary>
    internal IReadOnlyList<byte[]> Keys => IsSet(Key) ? [.. new[] { Key, PreviousKey }.Where(IsSet).Select(key => Convert.FromBase64String(key!))] : [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (setting, key) in new[] { (KeySetting, Key), (PreviousKeySetting, PreviousKey) })
        {
            // The text is not repeated: it may be the key but for one letter.
            if (IsSet(key) && !IsKey(key!))
            {
                yield return new($"must be the base64 of {KeyBytes} bytes.", [setting]);
            }
        }

        if (PreviousKey is { Length: > 0 } && string.IsNullOrEmpty(Key))
        {
            yield return new($"is of no use without {KeySetting}.", [PreviousKeySetting]);
        }
    }

    // What the vault did not give out is no key: whatever needs one says so.
    private static bool IsSet(string? key) => key is { Length: > 0 } && !VaultReference.IsUnresolved(key);

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes];
        return Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }
}

/// <summary>Judges the keys that secrets are kept under.</summary>
[OptionsValidator]
internal sealed partial class SecretOptionsValidator : IValidateOptions<SecretOptions>;

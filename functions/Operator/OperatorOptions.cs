using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Operator;

/// <summary>The operator's settings.</summary>
public sealed class OperatorOptions : IValidatableObject
{
    private const int ShortestKey = 32;

    /// <summary>The operator's key, of at least 32 characters; without one there is no operator's surface.</summary>
    public string? AdminKey { get; set; }

    /// <summary>Whether there is a key: a reference to a vault that could not be read is none.</summary>
    internal bool HasKey => AdminKey is { Length: > 0 } key && !VaultReference.IsUnresolved(key);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HasKey && AdminKey!.Length < ShortestKey)
        {
            yield return new($"must have at least {ShortestKey} characters, not {AdminKey.Length}.", [nameof(AdminKey)]);
        }
    }
}

/// <summary>Judges the operator's settings.</summary>
[OptionsValidator]
internal sealed partial class OperatorOptionsValidator : IValidateOptions<OperatorOptions>;

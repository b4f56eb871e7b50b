using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Agents;

/// <summary>Who takes agents' payments: the setting <c>Payments__Provider</c>.</summary>
public sealed class PaymentOptions : IValidatableObject
{
    /// <summary>The section of the setting.</summary>
    public const string Section = "Payments";

    /// <summary>The name of the setting.</summary>
    public const string ProviderSetting = "Payments__Provider";

    /// <summary>Takes test methods, and no money: for development storage only, where it is the default.</summary>
    public const string Development = "development";

    /// <summary>One of the providers; without one, and elsewhere, nobody can pay.</summary>
    public string? Provider { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider is not (null or "" or Development))
        {
            yield return new($"there is no payment provider \"{Provider}\".", [ProviderSetting]);
        }
    }
}

/// <summary>Judges who takes agents' payments.</summary>
[OptionsValidator]
internal sealed partial class PaymentOptionsValidator : IValidateOptions<PaymentOptions>;

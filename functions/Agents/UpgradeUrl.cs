using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Http;

namespace Serverless.Agents;

/// <summary>The setting <c>UpgradeUrl</c>.</summary>
public sealed class UpgradeOptions : IValidatableObject
{
    /// <summary>Where an agent raises its tier.</summary>
    public string? UpgradeUrl { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (UpgradeUrl is { Length: > 0 }
            && !(Uri.TryCreate(UpgradeUrl, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)))
        {
            yield return new($"must be an http or https URL, not \"{UpgradeUrl}\".", [nameof(UpgradeUrl)]);
        }
    }
}

/// <summary>Judges where an agent raises its tier.</summary>
[OptionsValidator]
internal sealed partial class UpgradeOptionsValidator : IValidateOptions<UpgradeOptions>;

/// <summary>Where an agent raises its tier: what the setting says, else our own <c>/v1/billing/setup</c>.</summary>
public sealed class UpgradeUrl(IOptions<UpgradeOptions> options)
{
    /// <summary>The address to name in the answer to a request; null for an agent that has no cap.</summary>
    public string? For(HttpRequest request, AgentUsage usage) =>
        usage.Tier.Cap is null ? null
        : options.Value.UpgradeUrl is { Length: > 0 } set ? set
        : $"{BaseAddress.Of(request)}/v1/billing/setup";
}

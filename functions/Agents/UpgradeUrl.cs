using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Serverless.Http;

namespace Serverless.Agents;

/// <summary>Where an agent raises its tier: what the setting <c>UpgradeUrl</c> says, else our own <c>/v1/billing/setup</c>.</summary>
public sealed class UpgradeUrl
{
    private const string Setting = "UpgradeUrl";

    private readonly string? _set;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="OptionsValidationException">It is no address on the web.</exception>
    public UpgradeUrl(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } text)
        {
            return;
        }

        _set = Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? text
            : throw new OptionsValidationException(Setting, typeof(UpgradeUrl), [$"{Setting}: must be an http or https URL, not \"{text}\"."]);
    }

    /// <summary>The address to name in the answer to a request.</summary>
    public string For(HttpRequest request) => _set ?? $"{BaseAddress.Of(request)}/v1/billing/setup";
}

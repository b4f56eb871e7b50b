using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Http;

/// <summary>What the application has to know of the network before it.</summary>
public sealed class HttpOptions
{
    /// <summary>The setting <c>TrustedProxies</c>.</summary>
    [WholeNumber(0, Maximum = 1)]
    public string? TrustedProxies { get; set; }

    /// <summary>How many proxies stand before the host whose word about the client's address counts: 1 is Azure's front end, 0 for none.</summary>
    internal int ProxyCount => (int)(WholeNumberAttribute.Read(TrustedProxies) ?? 1);
}

/// <summary>Judges the settings of the network.</summary>
[OptionsValidator]
internal sealed partial class HttpOptionsValidator : IValidateOptions<HttpOptions>;

using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Http;

/// <summary>What the application has to know of the network before it.</summary>
/// <param name="TrustedProxies">
/// How many proxies stand before the host whose word about the client's address counts: 1 is Azure's front end, 0 for none.
/// </param>
public sealed record HttpOptions(int TrustedProxies)
{
    private const string TrustedProxiesSetting = "TrustedProxies";
    private const int MaxTrustedProxies = 1;

    /// <summary>Reads the setting <c>TrustedProxies</c>.</summary>
    /// <exception cref="OptionsValidationException">It is neither 0 nor 1.</exception>
    public static HttpOptions From(IConfiguration configuration)
    {
        var text = configuration[TrustedProxiesSetting] is { Length: > 0 } set ? set : "1";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var proxies) && proxies <= MaxTrustedProxies
            ? new(proxies)
            : throw new OptionsValidationException(
                TrustedProxiesSetting, typeof(HttpOptions), [$"{TrustedProxiesSetting}: must be 0 or {MaxTrustedProxies}, not \"{text}\"."]);
    }
}

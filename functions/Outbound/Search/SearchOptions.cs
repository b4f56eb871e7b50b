using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Outbound.Search;

/// <summary>Which provider searches the web, and how long its answers are kept: the settings <c>Search__*</c>.</summary>
public sealed record SearchOptions
{
    /// <summary>The setting that names the provider.</summary>
    public const string ProviderSetting = "Search__Provider";

    /// <summary>The Brave Search API.</summary>
    public const string Brave = "brave";

    /// <summary>A SearXNG instance, with its JSON format switched on.</summary>
    public const string Searxng = "searxng";

    private const string EndpointSetting = "Search__Endpoint";
    private const string ApiKeySetting = "Search__ApiKey";
    private const string CacheMinutesSetting = "Search__CacheMinutes";
    private const string BraveAddress = "https://api.search.brave.com";
    private const int DefaultCacheMinutes = 60;
    private const int MaxCacheMinutes = 24 * 60;

    /// <summary>One of the providers; null when there is none.</summary>
    public string? Provider { get; private init; }

    /// <summary>The address of the provider, without the path of its API.</summary>
    public Uri? Endpoint { get; private init; }

    /// <summary>The key of the provider; null when it takes none.</summary>
    public string? ApiKey { get; private init; }

    /// <summary>For how long an answer is as good as a new one; zero keeps none.</summary>
    public TimeSpan CacheFor { get; private init; }

    /// <summary>The setting without which nothing can be searched; null when all are there.</summary>
    public string? MissingSetting { get; private init; }

    /// <summary>What tells this provider from others, as 16 hexadecimal digits.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Provider} {Endpoint}")))[..16];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">One of them makes no sense, or one that its provider needs is missing.</exception>
    public static SearchOptions From(IConfiguration configuration)
    {
        var section = configuration.GetSection("Search");
        var options = new SearchOptions { CacheFor = TimeSpan.FromMinutes(CacheMinutes(section["CacheMinutes"])) };
        return section["Provider"] switch
        {
            null or "" => options with { MissingSetting = ProviderSetting },
            Brave => WithKey(options with { Provider = Brave, Endpoint = Address(section["Endpoint"] is { Length: > 0 } endpoint ? endpoint : BraveAddress) }, section["ApiKey"]),
            Searxng => options with { Provider = Searxng, Endpoint = Address(section["Endpoint"]) },
            var other => throw Mistake(ProviderSetting, $"must be {Brave} or {Searxng}, not \"{other}\"."),
        };
    }

    private static SearchOptions WithKey(SearchOptions options, string? key) =>
        string.IsNullOrEmpty(key) ? throw Mistake(ApiKeySetting, $"the provider {options.Provider} needs a key.")
        : VaultReference.IsUnresolved(key) ? options with { MissingSetting = ApiKeySetting }
        : options with { ApiKey = key };

    private static Uri Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw Mistake(EndpointSetting, $"must be the http or https address of the provider, not \"{text}\".");

    private static int CacheMinutes(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return DefaultCacheMinutes;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes <= MaxCacheMinutes
            ? minutes
            : throw Mistake(CacheMinutesSetting, $"must be a whole number of minutes from 0 to {MaxCacheMinutes}, not \"{text}\".");
    }

    private static OptionsValidationException Mistake(string setting, string rule) => new(setting, typeof(SearchOptions), [$"{setting}: {rule}"]);
}

using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Outbound.Search;

/// <summary>Which provider searches the web, and how long its answers are kept: the settings <c>Search__*</c>.</summary>
public sealed class SearchOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Search";

    /// <summary>The setting that names the provider.</summary>
    public const string ProviderSetting = "Search__Provider";

    /// <summary>The Brave Search API.</summary>
    public const string Brave = "brave";

    /// <summary>A SearXNG instance, with its JSON format switched on.</summary>
    public const string Searxng = "searxng";

    private const string ApiKeySetting = "Search__ApiKey";
    private const string BraveAddress = "https://api.search.brave.com";
    private const int DefaultCacheMinutes = 60;

    /// <summary>One of the providers; without it nothing is searched.</summary>
    public string? Provider { get; set; }

    /// <summary>The address of the provider, without the path of its API; Brave has one of its own.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The key of the provider, if it takes one.</summary>
    public string? ApiKey { get; set; }

    /// <summary>For how many minutes an answer is as good as a new one; 0 keeps none.</summary>
    [WholeNumber(0, Maximum = 24 * 60, Unit = "minutes", Section = Section)]
    public string? CacheMinutes { get; set; }

    /// <summary>The address of the provider; null when there is none.</summary>
    internal Uri? Address => string.IsNullOrEmpty(Provider) ? null : new(AddressText);

    /// <summary>For how long an answer is as good as a new one; zero keeps none.</summary>
    internal TimeSpan CacheFor => TimeSpan.FromMinutes(WholeNumberAttribute.Read(CacheMinutes) ?? DefaultCacheMinutes);

    /// <summary>The setting without which nothing can be searched; null when all are there.</summary>
    internal string? MissingSetting =>
        string.IsNullOrEmpty(Provider) ? ProviderSetting
        : Provider == Brave && VaultReference.IsUnresolved(ApiKey!) ? ApiKeySetting
        : null;

    /// <summary>What tells this provider from others, as 16 hexadecimal digits.</summary>
    internal string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Provider} {Address}")))[..16];

    private string AddressText => Provider == Brave && string.IsNullOrEmpty(Endpoint) ? BraveAddress : Endpoint ?? "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Provider))
        {
            yield break;
        }

        if (Provider is not (Brave or Searxng))
        {
            yield return new($"must be {Brave} or {Searxng}, not \"{Provider}\".", [ProviderSetting]);
        }
        else if (!Uri.TryCreate(AddressText, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            yield return new($"must be the http or https address of the provider, not \"{Endpoint}\".", ["Search__Endpoint"]);
        }
        else if (Provider == Brave && string.IsNullOrEmpty(ApiKey))
        {
            yield return new($"the provider {Brave} needs a key.", [ApiKeySetting]);
        }
    }
}

/// <summary>Judges the settings of the search provider.</summary>
[OptionsValidator]
internal sealed partial class SearchOptionsValidator : IValidateOptions<SearchOptions>;

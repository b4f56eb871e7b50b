using Microsoft.Extensions.Options;
using Serverless.Outbound.Search;
using Serverless.Tests.Settings;

namespace Serverless.Tests.Outbound.Search;

/// <summary>The settings of the search provider.</summary>
public sealed class SearchOptionsTests
{
    [Theory]
    [InlineData("google", null, null, null, "Search__Provider: must be brave or searxng, not \"google\".")]
    [InlineData("brave", null, null, null, "Search__ApiKey: the provider brave needs a key.")]
    [InlineData("brave", "ftp://x", "key", null, "Search__Endpoint: must be the http or https address of the provider, not \"ftp://x\".")]
    [InlineData("searxng", null, null, null, "Search__Endpoint: must be the http or https address of the provider, not \"\".")]
    [InlineData("searxng", "search.example.com", null, null, "Search__Endpoint: must be the http or https address of the provider, not \"search.example.com\".")]
    [InlineData(null, null, null, "-1", "Search__CacheMinutes: must be a whole number of minutes from 0 to 1440, not \"-1\".")]
    [InlineData(null, null, null, "1441", "Search__CacheMinutes: must be a whole number of minutes from 0 to 1440, not \"1441\".")]
    public void A_setting_that_makes_no_sense_is_named_with_what_would(string? provider, string? endpoint, string? key, string? minutes, string message) =>
        Assert.Equal(message, Assert.Throws<OptionsValidationException>(() => Read(provider, endpoint, key, minutes)).Message);

    [Theory]
    [InlineData(null, null, null, "Search__Provider")]
    [InlineData("", null, null, "Search__Provider")]
    [InlineData("brave", null, "@Microsoft.KeyVault(VaultName=x;SecretName=y)", "Search__ApiKey")]
    [InlineData("brave", null, "key", null)]
    [InlineData("searxng", "http://localhost:8080", null, null)]
    public void It_says_what_is_missing(string? provider, string? endpoint, string? key, string? missing) =>
        Assert.Equal(missing, Read(provider, endpoint, key).MissingSetting);

    [Fact]
    public void Providers_and_their_addresses_are_told_apart()
    {
        SearchOptions[] all =
        [
            Read("brave", null, "key"),
            Read("brave", "https://proxy.example.com", "key"),
            Read("searxng", "https://proxy.example.com"),
            Read("searxng", "https://proxy.example.com:8443"),
        ];

        Assert.Equal(new Uri("https://api.search.brave.com"), all[0].Address);
        Assert.Equal(all.Length, all.Select(options => options.Id).Distinct().Count());
        Assert.Equal(all[0].Id, Read("brave", null, "another key", "5").Id);
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)), (all[0].CacheFor, Read("brave", null, "key", "5").CacheFor));
    }

    private static SearchOptions Read(string? provider, string? endpoint = null, string? key = null, string? minutes = null) =>
        SettingsReader.Of(("Search:Provider", provider), ("Search:Endpoint", endpoint), ("Search:ApiKey", key), ("Search:CacheMinutes", minutes)).Read<SearchOptions>();
}

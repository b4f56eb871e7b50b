using Microsoft.Extensions.DependencyInjection;
using Serverless.Settings;

namespace Serverless.Outbound.Search;

/// <summary>Adds the search of the web.</summary>
public static class SearchServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddSearch(this IServiceCollection services) => services
        .AddSettings<SearchOptions, SearchOptionsValidator>(SearchOptions.Section).Services
        .AddSingleton<CachedSearches>()
        .AddSingleton<SearchBreaker>()
        .AddSingleton<SearchUpstream>()
        .AddSingleton<WebSearch>();
}

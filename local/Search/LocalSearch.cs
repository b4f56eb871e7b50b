using Microsoft.Extensions.Configuration;
using Serverless.Local.Configuration;

namespace Serverless.Local.Search;

/// <summary>
/// Provides something to search when no provider is set and storage is the emulator's: a SearXNG of samples, which the settings then name.
/// </summary>
internal static class LocalSearch
{
    /// <summary>The settings that name it.</summary>
    public static readonly IReadOnlyList<string> Settings = [Provider, Endpoint];

    private const string Provider = "Search:Provider";
    private const string Endpoint = "Search:Endpoint";

    /// <summary>Starts it when it is needed.</summary>
    /// <returns>The server; null when it is not needed.</returns>
    public static async Task<SampleServer?> StartAsync(IConfiguration settings, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(settings[Provider]) || !settings.IsDevelopmentStorage())
        {
            return null;
        }

        var server = await SampleServer.StartAsync(cancellationToken);
        settings[Provider] = "searxng";
        settings[Endpoint] = server.Address.AbsoluteUri;
        return server;
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;

namespace Serverless.Outbound.Search;

/// <summary>A SearXNG instance. It asks search engines of its own and decides itself how many results it gives.</summary>
internal sealed class SearxngSearch(Uri endpoint) : ISearchProvider
{
    private readonly string _address = endpoint.AbsoluteUri.TrimEnd('/');

    public HttpRequestMessage Ask(string query, int count) =>
        new(HttpMethod.Get, $"{_address}/search{new QueryBuilder { { "q", query }, { "format", "json" } }}");

    public IReadOnlyList<FoundPage> Read(JsonElement answer)
    {
        var results = answer.Elements("results")?.ToArray() ?? throw new UpstreamException("its answer is no answer to a search");
        if (results.Length == 0 && answer.Elements("unresponsive_engines")?.Any() == true)
        {
            // Nothing was found because nobody was asked: that says nothing of the web.
            throw new UpstreamException("its engines did not respond") { IsAlive = true };
        }

        return [.. results.Select(page => new FoundPage(page.Text("title"), page.Text("url"), page.Text("content"), page.Text("publishedDate")))];
    }
}

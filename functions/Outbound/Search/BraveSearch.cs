using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;

namespace Serverless.Outbound.Search;

/// <summary>The Brave Search API.</summary>
internal sealed class BraveSearch(Uri endpoint, string apiKey) : ISearchProvider
{
    // What it takes of a query.
    private const int MaxLength = 400;
    private const int MaxWords = 50;

    private readonly string _address = endpoint.AbsoluteUri.TrimEnd('/');

    public HttpRequestMessage Ask(string query, int count)
    {
        var parameters = new QueryBuilder
        {
            { "q", Shorten(query) },
            { "count", count.ToString(CultureInfo.InvariantCulture) },
            { "result_filter", "web" },
            { "text_decorations", "false" },
        };
        var request = new HttpRequestMessage(HttpMethod.Get, $"{_address}/res/v1/web/search{parameters}");
        request.Headers.TryAddWithoutValidation("X-Subscription-Token", apiKey);
        return request;
    }

    public IReadOnlyList<FoundPage> Read(JsonElement answer)
    {
        // Without a match there is no "web".
        var results = answer.Member("web")?.Elements("results") ?? (answer.Text("type") == "search" ? [] : null);
        return results is null
            ? throw new UpstreamException("its answer is no answer to a search")
            : [.. results.Select(page => new FoundPage(page.Text("title"), page.Text("url"), page.Text("description"), page.Text("page_age")))];
    }

    // Whole words, as many as it takes; of a single endless one, its beginning.
    private static string Shorten(string query)
    {
        var words = string.Join(' ', query.Split(' ').Take(MaxWords));
        if (words.Length <= MaxLength)
        {
            return words;
        }

        var end = words.LastIndexOf(' ', MaxLength);
        return words[..(end > 0 ? end : char.IsHighSurrogate(words[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
    }
}

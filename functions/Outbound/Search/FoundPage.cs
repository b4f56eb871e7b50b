using System.Globalization;

namespace Serverless.Outbound.Search;

/// <summary>A page as a provider reports it: nothing of it is to be trusted.</summary>
/// <param name="Title">What it says the title is.</param>
/// <param name="Url">What it says the address is.</param>
/// <param name="Snippet">What it says the page says.</param>
/// <param name="Published">When it says it was published.</param>
internal sealed record FoundPage(string? Title, string? Url, string? Snippet, string? Published)
{
    private const int MaxTitleLength = 300;
    private const int MaxUrlLength = 2048;
    private const int MaxSnippetLength = 1000;

    /// <summary>What there is to show of pages: those with an address on the web, each once.</summary>
    /// <param name="pages">The pages, the best first.</param>
    /// <param name="count">The most there may be.</param>
    public static IReadOnlyList<SearchResult> Clean(IEnumerable<FoundPage> pages, int count) =>
    [
        .. pages.Select(page => page.Clean()).OfType<SearchResult>().DistinctBy(result => result.Url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)).Take(count),
    ];

    private SearchResult? Clean()
    {
        if (Url is not { Length: > 0 and <= MaxUrlLength }
            || !Uri.TryCreate(Url.Trim(), UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.UserInfo.Length > 0)
        {
            return null;
        }

        var title = PlainText.Of(Title ?? "", MaxTitleLength);
        return new(title.Length > 0 ? title : url.Host, url, PlainText.Of(Snippet ?? "", MaxSnippetLength), TimeOf(Published));
    }

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}

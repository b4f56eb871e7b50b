namespace Serverless.Outbound.Search;

/// <summary>A kind of source, and how far it is trusted.</summary>
/// <param name="Score">From 0.5 to 1.0.</param>
/// <param name="Sources">The sources, in words.</param>
public sealed record CredibilityRule(decimal Score, string Sources);

/// <summary>How far a source is to be trusted, by the shape of its domain.</summary>
public static class Credibility
{
    private const decimal Government = 1.0m;
    private const decimal Academic = 0.9m;
    private const decimal News = 0.8m;
    private const decimal Organization = 0.7m;
    private const decimal Other = 0.5m;

    private static readonly HashSet<string> NewsDomains = new(StringComparer.Ordinal)
    {
        "abc.net.au", "abcnews.go.com", "afp.com", "aljazeera.com", "apnews.com", "bbc.co.uk", "bbc.com", "bloomberg.com", "cbc.ca", "cbsnews.com",
        "cnbc.com", "cnn.com", "dw.com", "economist.com", "elpais.com", "france24.com", "ft.com", "kyodonews.net", "latimes.com", "lemonde.fr",
        "nbcnews.com", "nhk.or.jp", "npr.org", "nytimes.com", "pbs.org", "politico.com", "politico.eu", "reuters.com", "scmp.com", "spiegel.de",
        "straitstimes.com", "theguardian.com", "thehindu.com", "thetimes.co.uk", "time.com", "usatoday.com", "washingtonpost.com", "wsj.com",
    };

    /// <summary>The rules, the first that applies counting.</summary>
    public static IReadOnlyList<CredibilityRule> Rules { get; } =
    [
        new(Government, ".gov, and .gov below a country's domain"),
        new(Academic, ".edu, and .edu or .ac below a country's domain"),
        new(News, "major news organizations"),
        new(Organization, ".org"),
        new(Other, "everything else"),
    ];

    /// <summary>The score of a host.</summary>
    public static decimal Of(string host)
    {
        var labels = host.TrimEnd('.').ToLowerInvariant().Split('.');
        return labels switch
        {
            [.., _, "gov"] => Government,
            [.., "gov", var country] when IsCountry(country) => Government,
            [.., _, "edu"] => Academic,
            [.., _, "edu" or "ac", var country] when IsCountry(country) => Academic,
            _ when IsNews(labels) => News,
            [.., _, "org"] => Organization,
            _ => Other,
        };
    }

    private static bool IsCountry(string label) => label is [>= 'a' and <= 'z', >= 'a' and <= 'z'];

    private static bool IsNews(string[] labels) =>
        Enumerable.Range(0, labels.Length - 1).Any(start => NewsDomains.Contains(string.Join('.', labels[start..])));
}

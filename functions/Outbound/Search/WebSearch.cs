using Microsoft.Extensions.Options;

namespace Serverless.Outbound.Search;

/// <summary>
/// Searches the web through the provider that the settings name: an answer that is still fresh is given again, and a provider that
/// fails is left alone for a while, in which answers of the last day are better than none.
/// </summary>
public sealed class WebSearch(IOptions<SearchOptions> options, CachedSearches cache, SearchBreaker breaker, SearchUpstream upstream)
{
    /// <summary>The longest query, in characters.</summary>
    public const int MaxQueryLength = 500;

    /// <summary>The most results of a search.</summary>
    public const int MaxResults = 20;

    /// <summary>The setting without which nothing can be searched; null when all are there.</summary>
    public string? MissingSetting { get; } = options.Value.MissingSetting;

    /// <summary>Searches.</summary>
    /// <param name="query">What to search for, 1 to 500 characters that are not all white space.</param>
    /// <param name="count">The most results that are wanted, 1 to 20.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SearchException">There is no answer.</exception>
    public async Task<SearchAnswer> FindAsync(string query, int count, CancellationToken cancellationToken)
    {
        if (MissingSetting is { } setting)
        {
            throw new SearchException(SearchFailure.NotConfigured, $"the setting {setting} is missing");
        }

        var words = Normalize(query);
        var known = await cache.FindAsync(words, count, cancellationToken);
        if (known is { IsFresh: true })
        {
            return new(known.Results, IsCached: true);
        }

        var decision = await breaker.EnterAsync();
        if (decision.MayPass)
        {
            return new(await AskAsync(words, count, decision, cancellationToken), IsCached: false);
        }

        return known is not null
            ? new(known.Results, IsCached: true)
            : throw new SearchException(SearchFailure.LeftAlone, "the provider has failed too often") { RetryAfter = decision.RetryAfter };
    }

    /// <summary>A query as it is sent: words with one space between them; empty when there are none.</summary>
    public static string Normalize(string query) =>
        string.Join(' ', string.Concat(query.Select(character => char.IsControl(character) ? ' ' : character)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private async Task<IReadOnlyList<SearchResult>> AskAsync(string query, int count, BreakerDecision decision, CancellationToken cancellationToken)
    {
        try
        {
            // For whoever tells if the provider is back, others wait: it does not give up with its caller.
            var results = await upstream.SearchAsync(query, count, decision.IsProbe ? CancellationToken.None : cancellationToken);
            await breaker.SucceedAsync(decision);
            await cache.KeepAsync(query, count, results);
            return results;
        }
        catch (UpstreamException failure)
        {
            await (failure.IsAlive ? breaker.SucceedAsync(decision) : breaker.FailAsync(decision));
            throw new SearchException(SearchFailure.Failed, failure.Message, failure);
        }
    }
}

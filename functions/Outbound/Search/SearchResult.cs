namespace Serverless.Outbound.Search;

/// <summary>A page of the web that was found. All of it is plain text, bounded in length.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Url">Its address, http or https.</param>
/// <param name="Snippet">What it says of the matter; may be empty.</param>
/// <param name="PublishedAt">When it was published or last changed; null when that is not known.</param>
public sealed record SearchResult(string Title, Uri Url, string Snippet, DateTimeOffset? PublishedAt)
{
    /// <summary>Whose page it is: the host of its address.</summary>
    public string Source => Url.Host;

    /// <summary>How far its source is to be trusted, from 0.5 to 1.0.</summary>
    public decimal Credibility => Search.Credibility.Of(Url.Host);
}

/// <summary>What a search came to.</summary>
/// <param name="Results">The pages, the best first.</param>
/// <param name="IsCached">Whether it is an earlier answer to the same question.</param>
public sealed record SearchAnswer(IReadOnlyList<SearchResult> Results, bool IsCached);

/// <summary>Why a search came to nothing.</summary>
public enum SearchFailure
{
    /// <summary>No provider is set up.</summary>
    NotConfigured,

    /// <summary>The provider has failed too often, and is left alone for a while.</summary>
    LeftAlone,

    /// <summary>The provider failed, or did not answer in time.</summary>
    Failed,
}

/// <summary>A search came to nothing.</summary>
/// <param name="failure">Why.</param>
/// <param name="message">Why, in words: what is missing, or what the provider did.</param>
/// <param name="cause">What led to it.</param>
public sealed class SearchException(SearchFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public SearchFailure Failure { get; } = failure;

    /// <summary>For how long the provider is left alone; zero for the other failures.</summary>
    public TimeSpan RetryAfter { get; init; }
}

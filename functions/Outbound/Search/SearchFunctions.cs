using Microsoft.Azure.Functions.Worker;

namespace Serverless.Outbound.Search;

/// <summary>The triggers that keep the answers of searches in order.</summary>
public sealed class SearchFunctions(CachedSearches cache)
{
#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Removes answers that are too old: once a day, and what a run did not get to, an hour later.</summary>
    [Function("RemoveExpiredSearches")]
    public Task RemoveExpiredAsync([TimerTrigger("0 45 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => cache.RemoveExpiredAsync(cancellationToken);
#pragma warning restore IDE0060
}

using System.Runtime.CompilerServices;

namespace Azure.Data.Tables.Wire;

/// <summary>Reads one page of a query.</summary>
/// <param name="continuationToken">Where to start; null is the beginning.</param>
/// <param name="pageSize">At most how many items the page may hold; null leaves it to the service.</param>
/// <param name="cancellationToken">Gives up waiting.</param>
internal delegate Task<Page<T>> ReadPage<T>(string? continuationToken, int? pageSize, CancellationToken cancellationToken)
    where T : notnull;

/// <summary>A query's result, read page by page as it is enumerated.</summary>
internal sealed class Pages<T>(ReadPage<T> read, int? pageSize, CancellationToken cancellationToken) : AsyncPageable<T>(cancellationToken)
    where T : notnull
{
    /// <inheritdoc/>
    public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
        Read(continuationToken, pageSizeHint ?? pageSize, CancellationToken);

    private async IAsyncEnumerable<Page<T>> Read(
        string? continuationToken, int? size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        do
        {
            var page = await read(continuationToken, size, cancellation);
            continuationToken = page.ContinuationToken;
            yield return page;
        }
        while (!string.IsNullOrEmpty(continuationToken));
    }
}

namespace Serverless.Tenancy;

/// <summary>A page of a list that is in the order of its items' ids.</summary>
/// <param name="Items">The items.</param>
/// <param name="Next">The id of the last item when there are more; else null.</param>
public sealed record TenantPage<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>The most items of a page.</summary>
    public const int MaxItems = 200;

    /// <summary>Takes a page from what is left of a list.</summary>
    /// <param name="rest">The items from the first of the page on.</param>
    /// <param name="limit">How many the page takes, 1 to <see cref="MaxItems"/>.</param>
    /// <param name="id">The id of an item.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal static async Task<TenantPage<T>> TakeAsync(IAsyncEnumerable<T> rest, int limit, Func<T, string> id, CancellationToken cancellationToken)
    {
        // One more than asked for tells whether there is a next page.
        var items = await rest.Take(limit + 1).ToListAsync(cancellationToken);
        return items.Count > limit ? new(items[..limit], id(items[limit - 1])) : new(items, null);
    }
}

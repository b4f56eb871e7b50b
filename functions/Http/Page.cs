using System.Buffers.Text;
using System.ComponentModel;
using System.Text;
using Serverless.Tenancy;

namespace Serverless.Http;

/// <summary>A page of a list, in Lamina's envelope.</summary>
internal sealed record Page<T>(
    [property: Description("The items, in the order of their ids.")] IEnumerable<T> Data,
    [property: Description("Where in the list the page is.")] Pagination Pagination);

/// <summary>Where in a list a page is.</summary>
internal sealed record Pagination(
    [property: Description("The most items of a page, as asked for.")] int Limit,
    [property: Description("The `cursor` of the next page; null on the last.")] string? NextCursor);

/// <summary>How lists are asked for page by page.</summary>
internal static class Paging
{
    private const int MaxCursorLength = 256;

    /// <summary>How many items a page has.</summary>
    public static WholeNumberField Limit { get; } = new("limit", "The most items of a page.", 1, TenantPage<object>.MaxItems) { Default = 50 };

    /// <summary>Where the page begins.</summary>
    public static TextField Cursor { get; } = new("cursor", "The `nextCursor` of the page before.");

    /// <summary>Reads the id after which the page begins; null for the first.</summary>
    /// <param name="query">The query string.</param>
    /// <param name="isId">What an id of this list looks like.</param>
    public static string? ReadCursor(RequestReader query, Predicate<string> isId)
    {
        if (query.Read(Cursor) is not { } text)
        {
            return null;
        }

        if (text.Length is > 0 and <= MaxCursorLength
            && Base64Url.IsValid(text)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) is var id
            && isId(id))
        {
            return id;
        }

        query.Problems.Value(Cursor.Name, "the nextCursor of an earlier answer");
        return null;
    }

    /// <summary>The cursor of the page that begins after an item.</summary>
    /// <param name="id">What <see cref="ReadCursor"/> is to find in it.</param>
    public static string CursorAfter(string id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));

    /// <summary>The answer that shows a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="limit">The most items it was to have.</param>
    /// <param name="show">What an item is shown as.</param>
    public static Page<T> Show<TItem, T>(TenantPage<TItem> page, int limit, Func<TItem, T> show) =>
        new(page.Items.Select(show), new(limit, page.Next is { } last ? CursorAfter(last) : null));
}

using System.Globalization;
using Serverless.Http;
using Serverless.Runs.Engine;

namespace Serverless.Runs.Watching;

/// <summary>Where a list of runs goes on. It carries the total where that took counting, so that this is done once for all pages.</summary>
/// <param name="Last">The run after which it goes on.</param>
/// <param name="Total">How many runs there are; null when that is looked up.</param>
internal sealed record RunCursor(RunId Last, RunTotal? Total)
{
    private const char Exactly = '=';
    private const char AtLeast = '+';

    /// <summary>Reads the cursor of a query; null when there is none, or it is not valid.</summary>
    public static RunCursor? Read(RequestReader query) => Paging.ReadCursor(query, text => Parse(text) is not null) is { } valid ? Parse(valid) : null;

    /// <summary>The cursor as a text.</summary>
    public string Write() => Paging.CursorAfter(
        Total is null ? Last.Text : string.Create(CultureInfo.InvariantCulture, $"{Last}{(Total.IsExact ? Exactly : AtLeast)}{Total.Count}"));

    private static RunCursor? Parse(string text)
    {
        var end = text.IndexOfAny([Exactly, AtLeast]);
        return RunId.Parse(end < 0 ? text : text[..end]) is not { } last ? null
            : end < 0 ? new(last, null)
            : int.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? new(last, new(count, text[end] == Exactly))
            : null;
    }
}

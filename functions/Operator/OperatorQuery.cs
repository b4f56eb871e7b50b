using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>The query string of a list: how much, from where, and what else a list may be asked.</summary>
internal sealed class OperatorQuery
{
    private const int DefaultLimit = 50;
    private const int MaxCursorLength = 128;

    private readonly IQueryCollection _query;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly RequestProblems _problems = new("Invalid query parameters");

    /// <summary>Begins to read.</summary>
    public OperatorQuery(HttpRequest request) => _query = request.Query;

    /// <summary>How many items a page takes, 50 unless it is said.</summary>
    public int Limit(int max = TenantPage<object>.MaxItems)
    {
        if (Find("limit") is not { } text)
        {
            return Math.Min(DefaultLimit, max);
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit < 1 || limit > max)
        {
            _problems.Value("limit", $"a whole number from 1 to {max}");
        }

        return limit;
    }

    /// <summary>The id after which the page begins; null for the first.</summary>
    /// <param name="isId">What an id of this list looks like.</param>
    public string? Cursor(Func<string, bool> isId)
    {
        if (Find("cursor") is not { } text)
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

        _problems.Value("cursor", "the nextCursor of an earlier answer");
        return null;
    }

    /// <summary>One of a few words; null when it is not given.</summary>
    public string? Option(string name, IReadOnlyCollection<string> allowed)
    {
        var text = Find(name);
        if (text is not null && !allowed.Contains(text))
        {
            _problems.Option(name, text, allowed);
        }

        return text;
    }

    /// <summary>Ends the reading: what has not been asked for is unknown.</summary>
    /// <exception cref="ApiException">400: something was wrong.</exception>
    public void Conclude()
    {
        foreach (var name in _query.Keys.Where(name => !_known.Contains(name)))
        {
            _problems.Unknown(name);
        }

        _problems.Conclude();
    }

    /// <summary>The cursor of the page after an id.</summary>
    public static string? CursorAfter(string? id) => id is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));

    private string? Find(string name)
    {
        _known.Add(name);
        return _query.TryGetValue(name, out var values) ? values.ToString() : null;
    }
}

using System.Buffers;
using System.Collections.Frozen;

namespace Serverless.Runs.Apps;

/// <summary>What may stand in the request of an <c>http</c> step.</summary>
internal static class HttpStepRules
{
    private const string NoPlaceInHost = "name its host without placeholders";

    // Both are the same to whoever reads an http address.
    private static readonly char[] Slashes = ['/', '\\'];
    private static readonly char[] EndsOfHost = ['/', '\\', '?', '#'];
    private static readonly char[] EndsOfPath = ['?', '#'];

    // RFC 9110, 5.6.2: the characters of a token.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // These belong to the connection, not to the request, or are made from its address and body.
    private static readonly FrozenSet<string> ConnectionHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection",
        "Content-Length",
        "Expect",
        "Host",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade");

    /// <summary>The methods.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Whether a header's name is well-formed, and the header one that a step may set.</summary>
    public static bool IsHeaderName(string name) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenCharacters) && !ConnectionHeaders.Contains(name);

    /// <summary>Whether a text can be the value of a header: printable ASCII, and tabs.</summary>
    public static bool IsHeaderValue(string value) => value.All(character => character is (>= ' ' and <= '~') or '\t');

    /// <summary>Whether a text is a JSON pointer (RFC 6901).</summary>
    public static bool IsPointer(string text)
    {
        var escapes = text.AsSpan().Count('~');
        return (text.Length == 0 || text[0] == '/') && escapes == text.AsSpan().Count("~0") + text.AsSpan().Count("~1");
    }

    /// <summary>
    /// What is wrong with an address whose places have their values; null for nothing. A value is part of one segment of the path, or of what
    /// follows it: a segment that would be left out on the way, or lead up, would make another resource of the address.
    /// </summary>
    /// <param name="url">The address.</param>
    /// <param name="values">Where the values stand in it, but for one that is its beginning.</param>
    public static string? ProblemOf(string url, IReadOnlyList<Range> values)
    {
        var host = url.IndexOfAny(Slashes) + 2;
        var path = host < 2 || host > url.Length ? -1 : url.IndexOfAny(EndsOfHost, host);
        var end = path >= 0 && url.IndexOfAny(EndsOfPath, path) is >= 0 and var found ? found : url.Length;
        foreach (var value in values)
        {
            if (path < 0 || value.Start.Value <= path)
            {
                return $"its URL must {NoPlaceInHost}";
            }

            if (value.Start.Value <= end && IsPassedOver(SegmentAround(url, value, end)))
            {
                return "a value makes a segment of its URL's path empty, \".\" or \"..\"";
            }
        }

        return null;
    }

    /// <summary>What is wrong with an address that may have places for values; null for nothing.</summary>
    public static string? ProblemOf(StepTemplate url)
    {
        var beginning = url.Beginning;
        if (beginning.Length == 0)
        {
            return null;
        }

        if (!Array.Exists(["http://", "https://"], scheme => beginning.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)))
        {
            return "must begin with http://, https:// or a placeholder";
        }

        // Where a request goes, and what its headers tell there, is not for a value to say in part.
        var host = beginning.IndexOf("//", StringComparison.Ordinal) + 2;
        if (url.Placeholders.Any() && beginning.AsSpan(host).IndexOfAny('/', '?', '#') < 0)
        {
            return $"must {NoPlaceInHost}, or begin with one that stands for the whole address";
        }

        return IsAddress(url.Sample) ? null : "must be an http or https address without credentials";
    }

    private static ReadOnlySpan<char> SegmentAround(string url, Range value, int end)
    {
        var start = url.LastIndexOfAny(Slashes, value.Start.Value - 1) + 1;
        var next = url.IndexOfAny(Slashes, value.End.Value, end - value.End.Value);
        return url.AsSpan(start..(next < 0 ? end : next));
    }

    // As whoever gets the address reads it: dots may be written as %2e.
    private static bool IsPassedOver(ReadOnlySpan<char> segment) =>
        segment.ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "" or "." or "..";

    /// <summary>Whether a text is an absolute http or https address, without a user's name or password.</summary>
    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.UserInfo.Length == 0;
}

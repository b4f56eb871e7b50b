using System.Buffers;
using System.Collections.Frozen;

namespace Serverless.Runs.Apps;

/// <summary>What may stand in the request of an <c>http</c> step.</summary>
internal static class HttpStepRules
{
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
            return "must name its host without placeholders, or begin with one that stands for the whole address";
        }

        return IsAddress(url.RenderUrl(static _ => "0")) ? null : "must be an http or https address without credentials";
    }

    /// <summary>Whether a text is an absolute http or https address, without a user's name or password.</summary>
    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.UserInfo.Length == 0;
}

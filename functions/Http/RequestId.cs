using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>The id by which a request is found again: the caller's own when it is well-formed, else a new UUID.</summary>
public static class RequestId
{
    /// <summary>The header it comes in and leaves by.</summary>
    public const string Header = "X-Request-Id";

    private const int MaxLength = 128;
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Chooses the id of a request.</summary>
    public static string Of(HttpRequest request)
    {
        var sent = request.Headers[Header];
        return sent is [{ Length: > 0 and <= MaxLength } text] && !text.AsSpan().ContainsAnyExcept(Allowed)
            ? text
            : Guid.NewGuid().ToString();
    }
}

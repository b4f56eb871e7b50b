using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Serverless.Http;

/// <summary>Lets a client keep an answer and ask whether it still holds.</summary>
public static class EntityTag
{
    private const int HashBytes = 16;

    /// <summary>The tag of a body: the same for the same bytes, and for no others.</summary>
    public static EntityTagHeaderValue Of(ReadOnlySpan<byte> body) =>
        new($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, HashBytes))}\"");

    /// <summary>Whether the client has what the tag stands for.</summary>
    public static bool IsKnownTo(HttpRequest request, EntityTagHeaderValue tag) => new RequestHeaders(request.Headers).IfNoneMatch
        .Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
}

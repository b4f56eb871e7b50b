using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Serverless.Http;

/// <summary>Lets a client keep an answer and ask whether it still holds.</summary>
public static class EntityTag
{
    private const int HashBytes = 16;

    /// <summary>Puts the tag of a body on an answer: the same for the same bytes, and for no others.</summary>
    /// <returns>Whether the client has that body already.</returns>
    public static bool IsKnown(HttpContext context, ReadOnlySpan<byte> body)
    {
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, HashBytes))}\"");
        context.Response.Headers.ETag = tag.ToString();
        return new RequestHeaders(context.Request.Headers).IfNoneMatch
            .Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
    }
}

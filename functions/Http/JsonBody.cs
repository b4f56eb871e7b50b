using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Serverless.Json;

namespace Serverless.Http;

/// <summary>Reads request bodies that are one small JSON object.</summary>
public static class JsonBody
{
    /// <summary>Reads the object. An empty body is an empty object.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The most bytes it may have, decompressed.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ApiException">400 for anything else than JSON, 413, or 415.</exception>
    public static async Task<JsonElement> ReadElementAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        using var body = await ReadBytesAsync(request, maxBytes, cancellationToken, RequestBody.Json);
        return Parse(body.GetBuffer().AsSpan(0, (int)body.Length), "a JSON object", static root => root.ValueKind == JsonValueKind.Object);
    }

    /// <summary>Reads a body as it came, decompressed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The most bytes it may have, decompressed.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <param name="mediaTypes">What it may be.</param>
    /// <exception cref="ApiException">413, or 415.</exception>
    public static async Task<MemoryStream> ReadBytesAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken, params string[] mediaTypes)
    {
        await using var body = new BoundedStream(RequestBody.Open(request, mediaTypes), maxBytes);
        var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellationToken);
        return bytes;
    }

    /// <summary>Parses a body that is JSON of any kind. An empty one is an empty object.</summary>
    /// <param name="json">The body. What of it is no Unicode is replaced where it stands.</param>
    /// <exception cref="ApiException">400: it is no JSON.</exception>
    public static JsonElement Parse(Span<byte> json) => Parse(json, "JSON", static _ => true);

    private static JsonElement Parse(Span<byte> json, string expected, Func<JsonElement, bool> isExpected)
    {
        try
        {
            if (!Utf8.IsValid(json))
            {
                throw new JsonException("The body is not UTF-8.");
            }

            JsonText.MendSurrogates(json);
            var root = JsonElement.Parse(json.IsEmpty ? "{}"u8 : json);
            return isExpected(root) ? root : throw new JsonException($"The body is not {expected}.");
        }
        catch (JsonException broken)
        {
            var detail = new ErrorDetail(null, null, "invalid_type", $"The body must be {expected}, in UTF-8");
            throw new ApiException(RequestErrors.Invalid("The body is not valid JSON", detail).Error, broken);
        }
    }
}

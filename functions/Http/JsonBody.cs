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
        await using var body = new BoundedStream(RequestBody.Open(request, RequestBody.Json), maxBytes);
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellationToken);
        try
        {
            return Parse(bytes.Length == 0 ? [.. "{}"u8] : bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (JsonException broken)
        {
            var detail = new ErrorDetail(null, null, "invalid_type", "The body must be a JSON object, in UTF-8");
            throw new ApiException(RequestErrors.Invalid("The body is not valid JSON", detail).Error, broken);
        }
    }

    private static JsonElement Parse(Span<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new JsonException("The body is not UTF-8.");
        }

        JsonText.MendSurrogates(json);
        var reader = new Utf8JsonReader(json);
        var root = JsonElement.ParseValue(ref reader);
        return root.ValueKind == JsonValueKind.Object && !reader.Read() ? root : throw new JsonException("The body is not one object.");
    }
}

using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Json;

namespace Serverless.Http;

/// <summary>Opens request bodies: checks what they claim to be, decompresses, and bounds them as they stream.</summary>
public static class RequestBody
{
    /// <summary>The largest body, as sent and once decompressed, in bytes: the limit of the Functions host itself.</summary>
    public const long MaxBytes = 104_857_600;

    /// <summary>The media type of JSON.</summary>
    public const string Json = "application/json";

    /// <summary>The media type of text, as which a page's <c>navigator.sendBeacon</c> sends whatever it sends.</summary>
    public const string Text = "text/plain";

    /// <summary>Opens the body of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mediaTypes">The media types that are understood; a request that names none is taken at its word.</param>
    /// <returns>The decompressed body; reading past the limit throws the 413.</returns>
    /// <exception cref="ApiException">413 for a declared length over the limit, 415 for another media type or encoding.</exception>
    public static Stream Open(HttpRequest request, params ReadOnlySpan<string> mediaTypes)
    {
        if (request.ContentLength > MaxBytes)
        {
            throw RequestErrors.TooLarge(MaxBytes);
        }

        RequireMediaType(request.ContentType, mediaTypes);

        // What is left of it may have to be read after an error.
        Stream body = new BoundedStream(request.Body, MaxBytes, leaveOpen: true);
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        Stream? decompressed = encoding.ToLowerInvariant() switch
        {
            "" or "identity" => null,
            "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress),
            _ => throw RequestErrors.UnsupportedMediaType("Content-Encoding must be gzip, br, deflate or identity"),
        };

        return decompressed is null ? body : new BoundedStream(decompressed, MaxBytes);
    }

    /// <summary>Reads on in a body of JSON.</summary>
    /// <exception cref="ApiException">400 for bytes that are not UTF-8; 413 for a value larger than <see cref="JsonBuffer.MaxValueBytes"/>.</exception>
    public static ValueTask ReadOnAsync(this JsonBuffer body, CancellationToken cancellationToken)
    {
        if (body.IsBroken)
        {
            throw RequestErrors.Invalid("The body is not UTF-8", new ErrorDetail(null, null, "invalid_encoding", "The body is not UTF-8"));
        }

        return body.IsFull ? throw RequestErrors.ValueTooLarge("One value of the body", JsonBuffer.MaxValueBytes) : body.FillAsync(cancellationToken);
    }

    private static void RequireMediaType(string? contentType, ReadOnlySpan<string> mediaTypes)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return;
        }

        if (MediaTypeHeaderValue.TryParse(contentType, out var parsed))
        {
            foreach (var mediaType in mediaTypes)
            {
                if (parsed.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
                    && (!parsed.Charset.HasValue || IsUtf8(parsed.Charset.AsSpan())))
                {
                    return;
                }
            }
        }

        throw RequestErrors.UnsupportedMediaType($"Content-Type must be {string.Join(" or ", mediaTypes.ToArray())}, in UTF-8");
    }

    private static bool IsUtf8(ReadOnlySpan<char> charset) =>
        charset.Trim('"') is var name
        && (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase));
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Json;

namespace Serverless.Http;

/// <summary>Writes answers in JSON: whole, with their length, or not at all.</summary>
public static class JsonResponse
{
    private const string ContentType = $"{RequestBody.Json}; charset=utf-8";

    /// <summary>Makes the body of an answer.</summary>
    /// <param name="value">What it says.</param>
    /// <param name="type">What that is in JSON.</param>
    public static ReadOnlyMemory<byte> Body<T>(T value, JsonTypeInfo<T> type)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body, JsonText.WriterOptions))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        return body.WrittenMemory;
    }

    /// <summary>Writes an answer.</summary>
    /// <param name="response">Where to; its status stands already.</param>
    /// <param name="body">One JSON value.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <param name="contentType">What it is.</param>
    public static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, string contentType = ContentType)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
    }
}

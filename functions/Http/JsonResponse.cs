using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>Writes answers in JSON: whole, with their length, or not at all.</summary>
public static class JsonResponse
{
    // These answers are never part of a page: quotation marks and other letters may stand as they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Makes the body of an answer.</summary>
    /// <param name="write">Writes one JSON value.</param>
    public static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body, Options))
        {
            write(writer);
        }

        return body.WrittenMemory;
    }

    /// <summary>Makes the body of an answer.</summary>
    /// <param name="value">What it says.</param>
    /// <param name="type">What that is in JSON.</param>
    public static ReadOnlyMemory<byte> Body<T>(T value, JsonTypeInfo<T> type) => Body(writer => JsonSerializer.Serialize(writer, value, type));

    /// <summary>Writes an answer.</summary>
    /// <param name="response">Where to; its status stands already.</param>
    /// <param name="write">Writes one JSON value.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public static Task WriteAsync(HttpResponse response, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        WriteAsync(response, Body(write), cancellationToken);

    /// <summary>Writes an answer whose body is there already.</summary>
    /// <param name="response">Where to; its status stands already.</param>
    /// <param name="body">One JSON value.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <param name="mediaType">Its media type.</param>
    public static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, string mediaType = RequestBody.Json)
    {
        response.ContentType = $"{mediaType}; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>Writes answers in JSON: whole, with their length, or not at all.</summary>
public static class JsonResponse
{
    // These answers are never part of a page: quotation marks and other letters may stand as they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes an answer.</summary>
    /// <param name="response">Where to; its status stands already.</param>
    /// <param name="write">Writes one JSON value.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public static async Task WriteAsync(HttpResponse response, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body, Options))
        {
            write(writer);
        }

        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, cancellationToken);
    }
}

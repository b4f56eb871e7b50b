using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Runs.Requests;

/// <summary>Lamina's answers: <c>{"data":…}</c>.</summary>
internal static class LaminaResponse
{
    /// <summary>Answers with data.</summary>
    /// <param name="context">The request.</param>
    /// <param name="write">Writes one JSON value.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <param name="status">The status of the answer.</param>
    public static Task WriteDataAsync(
        this HttpContext context, Action<Utf8JsonWriter> write, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        return JsonResponse.WriteAsync(context.Response, Body(write), cancellationToken);
    }

    /// <summary>Answers with a list.</summary>
    /// <param name="context">The request.</param>
    /// <param name="items">The list.</param>
    /// <param name="write">Writes one item as one JSON value.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public static Task WriteListAsync<T>(
        this HttpContext context, IEnumerable<T> items, Action<Utf8JsonWriter, T> write, CancellationToken cancellationToken) =>
        context.WriteDataAsync(
            writer =>
            {
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    write(writer, item);
                }

                writer.WriteEndArray();
            },
            cancellationToken);

    /// <summary>The body of an answer with data.</summary>
    /// <param name="write">Writes one JSON value.</param>
    public static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> write) => JsonResponse.Body(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("data");
        write(writer);
        writer.WriteEndObject();
    });
}

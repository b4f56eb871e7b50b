using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>Writes answers to the operator: <c>{"data":…}</c>, and on lists <c>pagination</c>.</summary>
internal static class OperatorResponse
{
    /// <summary>404: there is no such organization, key or whatever else the path names.</summary>
    public static ApiException NotFound(string what) => new(new(StatusCodes.Status404NotFound, "NOT_FOUND", $"{what} not found"));

    /// <summary>Answers with one thing.</summary>
    public static Task WriteDataAsync<T>(
        this HttpContext context, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        return JsonResponse.WriteAsync(
            context.Response,
            writer =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("data");
                JsonSerializer.Serialize(writer, data, type);
                writer.WriteEndObject();
            },
            cancellationToken);
    }

    /// <summary>Answers with a page of a list.</summary>
    public static Task WritePageAsync<TItem, T>(
        this HttpContext context, TenantPage<TItem> page, Func<TItem, T> answer, JsonTypeInfo<T> type, int limit, CancellationToken cancellationToken) =>
        context.WriteListAsync(
            page.Items.Select(answer),
            type,
            writer =>
            {
                writer.WriteStartObject("pagination");
                writer.WriteNumber("limit", limit);
                writer.WriteString("nextCursor", OperatorQuery.CursorAfter(page.Next));
                writer.WriteEndObject();
            },
            cancellationToken);

    /// <summary>Answers with a list that has but one page.</summary>
    public static Task WriteListAsync<T>(this HttpContext context, IEnumerable<T> items, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        context.WriteListAsync(items, type, static _ => { }, cancellationToken);

    private static Task WriteListAsync<T>(
        this HttpContext context, IEnumerable<T> items, JsonTypeInfo<T> type, Action<Utf8JsonWriter> writeRest, CancellationToken cancellationToken) =>
        JsonResponse.WriteAsync(
            context.Response,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("data");
                foreach (var item in items)
                {
                    JsonSerializer.Serialize(writer, item, type);
                }

                writer.WriteEndArray();
                writeRest(writer);
                writer.WriteEndObject();
            },
            cancellationToken);
}

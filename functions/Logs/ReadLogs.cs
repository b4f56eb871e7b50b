using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;

namespace Serverless.Logs;

/// <summary>
/// <c>GET /v1/logs</c>: a page of entries, newest first.
/// </summary>
public sealed class ReadLogs(LogAdmission admission, RecordReader reader, TimeProvider time)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.AdmitReaderAsync(context);
        var query = new LogQuery(context.Request, "start", "end", "limit", "cursor");
        var filter = query.Filter(time.GetUtcNow());
        var limit = query.Number("limit", DefaultLimit, MaxLimit);
        var cursor = ReadCursor(query);
        query.Conclude();

        var question = new RecordQuery(filter.ToQuery(caller), Matches, limit, cursor);
        var (page, next) = await reader.ReadAsync(LogChunks.Schema, question, cancellationToken);
        await JsonResponse.WriteAsync(context.Response, writer => WriteAnswer(writer, page, next), cancellationToken);

        bool Matches(ReadOnlySpan<byte> line, out long ticks) => filter.Matches(new StoredLog(line), out ticks, out _);
    }

    private static RecordCursor? ReadCursor(LogQuery query)
    {
        if (query.Text("cursor") is not { } text)
        {
            return null;
        }

        if (!RecordCursor.TryParse(text, out var cursor))
        {
            query.Complain("cursor", "invalid_format", "\"cursor\" must be the next_cursor of an earlier answer");
        }

        return cursor;
    }

    private static void WriteAnswer(Utf8JsonWriter writer, RecordPage page, RecordCursor? next)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("logs");
        foreach (var entry in page.Entries)
        {
            // It was written by us: there is no need to check it once more.
            writer.WriteRawValue(entry.Json, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteString("next_cursor", next?.ToString());
        writer.WriteEndObject();
    }
}

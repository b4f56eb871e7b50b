using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/events</c>: a page of events, newest first, and how many there are.</summary>
public sealed class ReadEvents(SessionGate gate, RecordReader reader, FiguresReader figures, TimeProvider time)
{
    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = await gate.EnterAsync(context, context.Request.Query["projectId"], cancellationToken);
        var query = new EventQuery(context.Request.Query);
        var filter = new EventFilter(query.Range(time.GetUtcNow(), TimeSpan.MaxValue))
        {
            Status = query.Status(),
            Model = query.Model(),
            Environment = query.Environment(),
            UserId = query.UserId(),
        };
        var cursor = EventCursor.Parse(query.Cursor());
        var question = new RecordQuery(filter.ToQuery(project.Id), filter.Matches, query.Limit(), cursor?.Place);

        var (page, next) = await reader.ReadAsync(TraceChunks.Schema, question, cancellationToken);
        var total = cursor?.Total ?? await figures.CountAsync(project.Id, filter, cancellationToken);
        await JsonResponse.WriteAsync(context.Response, writer => WriteAnswer(writer, page, next, total), cancellationToken);
    }

    private static void WriteAnswer(Utf8JsonWriter writer, RecordPage page, RecordCursor? next, long total)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("events");
        foreach (var found in page.Entries)
        {
            // It was written by us: there is no need to check it once more.
            writer.WriteRawValue(found.Json, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteString("nextCursor", next is { } place ? new EventCursor(place, total).ToString() : null);
        writer.WriteNumber("total", total);
        writer.WriteEndObject();
    }

    // Where a page ended, and how many events there were when the first one was asked for.
    private sealed record EventCursor(RecordCursor Place, long Total)
    {
        private const char Separator = '.';

        public static EventCursor? Parse(string? text)
        {
            if (text is null)
            {
                return null;
            }

            return text.Split(Separator) is [var place, var count]
                && RecordCursor.TryParse(place, out var cursor)
                && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var total)
                    ? new(cursor, total)
                    : throw LumiqTrace.Invalid("\"cursor\" must be the nextCursor of an earlier answer");
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Place}{Separator}{Total}");
    }
}

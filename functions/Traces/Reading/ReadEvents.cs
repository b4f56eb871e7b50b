using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Reading;
using Serverless.Ingestion.Records;
using Serverless.Json;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/events</c>: a page of events, newest first, and how many there are.</summary>
public sealed class ReadEvents(SurfaceEndpoint endpoint, SessionGate gate, RecordReader reader, FiguresReader figures, Export export, TimeProvider time)
{
    private static readonly Answer<EventPage> Found = Answer.Json(200, "A page of events.", EventJson.Default.EventPage);

    private static readonly ApiOperation Operation = new(nameof(ReadEvents), "Finds events, the newest first")
    {
        Description = "Pages show the state of when the first was asked for: what came in later does not appear, and `total` stays. Without `start` and `end`, events of all times are found. "
            + $"A parameter that does not exist is ignored.\n\n{Export.InWords}",
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, .. EventParameters.Times, .. EventParameters.Filters, EventParameters.Limit, EventParameters.Cursor],
        Answers = [Found, Export.Of(TraceShapes.StoredEvent)],
        Errors = SessionGate.Errors,
    };

    /// <summary><c>GET /v1/events</c>: events, newest first.</summary>
    [Function(nameof(ReadEvents))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/events")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = await gate.EnterAsync(context, cancellationToken);
        var query = EventParameters.Open(context.Request);
        var filter = EventParameters.ReadFilter(query, time.GetUtcNow());
        var cursor = ReadCursor(query);
        var limit = query.Number(EventParameters.Limit);
        query.Problems.Conclude();

        var question = new RecordQuery(filter.ToQuery(project.Id), filter.Matches, limit, cursor?.Place);
        if (Export.IsWanted(context.Request))
        {
            await export.WriteAsync(context, reader.ReadAllAsync(TraceChunks.Schema, question, cancellationToken), cancellationToken);
            return;
        }

        var (page, next) = await reader.ReadAsync(TraceChunks.Schema, question, cancellationToken);
        var total = cursor?.Total ?? await figures.CountAsync(project.Id, filter, cancellationToken);
        var nextCursor = next is { } place ? new EventCursor(place, total).ToString() : null;
        var events = page.Entries.Select(found => new RawJson(found.Json));
        await Found.WriteAsync(context, new(events, nextCursor, total.Total) { TotalIsExact = total.IsExact ? null : false }, cancellationToken);
    }

    private static EventCursor? ReadCursor(RequestReader query)
    {
        if (query.Read(EventParameters.Cursor) is not { } text)
        {
            return null;
        }

        var cursor = EventCursor.Parse(text);
        if (cursor is null)
        {
            query.Complain(EventParameters.Cursor, "invalid_format", "must be the nextCursor of an earlier answer");
        }

        return cursor;
    }

    // Where a page ended, and how many events there were when the first one was asked for.
    private sealed record EventCursor(RecordCursor Place, EventCount Total)
    {
        private const char Separator = '.';
        private const string AtLeast = "~";

        public static EventCursor? Parse(string text) =>
            text.Split(Separator) is [var place, var count]
            && RecordCursor.TryParse(place, out var cursor)
            && long.TryParse(count.TrimEnd(AtLeast[0]), NumberStyles.None, CultureInfo.InvariantCulture, out var total)
                ? new(cursor, new(total, !count.EndsWith(AtLeast, StringComparison.Ordinal)))
                : null;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Place}{Separator}{Total.Total}{(Total.IsExact ? "" : AtLeast)}");
    }
}

/// <summary>A page of events.</summary>
internal sealed record EventPage(
    [property: Description("The events, the newest first."), Shape(TraceShapes.StoredEvent)] IEnumerable<RawJson> Events,
    [property: Description("Where the next page begins; null when this is the last.")] string? NextCursor,
    [property: Description("How many events there are on all pages together.")] long Total)
{
    /// <summary>False when there may be more.</summary>
    [Description("False when counting took more than 20 seconds, so that there are at least so many; absent otherwise."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? TotalIsExact { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventPage))]
internal sealed partial class EventJson : JsonSerializerContext;

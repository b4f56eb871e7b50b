using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Reading;
using Serverless.Json;
using Serverless.Logs.Entries;

namespace Serverless.Logs;

/// <summary>
/// <c>GET /v1/logs</c>: a page of entries, newest first.
/// </summary>
public sealed class ReadLogs(SurfaceEndpoint endpoint, LogAdmission admission, RecordReader reader, Export export, TimeProvider time)
{
    private static readonly WholeNumberField Limit = new("limit", "The most entries of a page.", 1, 1000) { Default = 100 };
    private static readonly TextField Cursor = new("cursor", "The `next_cursor` of the page before.");
    private static readonly FlagField Explain = new("explain", "Whether the answer says what it took to find the entries.");
    private static readonly Answer<LogPage> Found = Answer.Json(200, "A page of entries.", LogJson.Default.LogPage);

    private static readonly ApiOperation Operation = new(nameof(ReadLogs), "Finds entries, the newest first")
    {
        Description = "Pages show the state of when the first was asked for. A page ends early at 8 MB of entries, or when a search has taken 20 seconds; "
            + $"`next_cursor` then goes on from there. A parameter that does not exist is a 400.\n\n{Export.InWords}",
        Credentials = LuminaLog.Readers,
        Query = [.. LogParameters.Times, .. LogParameters.Filters, Limit, Cursor, Explain],
        Answers = [Found, Export.Of(LogShapes.Entry)],
    };

    /// <summary><c>GET /v1/logs</c>: entries out, newest first.</summary>
    [Function(nameof(ReadLogs))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.AdmitReaderAsync(context);
        var query = LogParameters.Open(context.Request, Operation);
        var filter = LogParameters.ReadFilter(query, Operation, time.GetUtcNow());
        var limit = query.Number(Limit);
        var cursor = LogParameters.ReadCursor(query, Cursor);
        var explains = query.Read(Explain) is true;
        query.Problems.Conclude();

        var question = new RecordQuery(filter.ToQuery(caller), Matches, limit, cursor);
        if (Export.IsWanted(context.Request))
        {
            await export.WriteAsync(context, reader.ReadAllAsync(LogChunks.Schema, question, cancellationToken), cancellationToken);
            return;
        }

        var (page, next) = await reader.ReadAsync(LogChunks.Schema, question, cancellationToken);
        var explanation = explains ? LogExplanation.Of(question.Chunks) : null;
        await Found.WriteAsync(context, new(page.Entries.Select(entry => new RawJson(entry.Json)), next?.ToString()) { Explain = explanation }, cancellationToken);

        bool Matches(ReadOnlySpan<byte> line, out long ticks) => filter.Matches(new StoredLog(line), out ticks, out _);
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Ingestion.Reading;
using Serverless.Ingestion.Records;
using Serverless.Json;
using Serverless.Logs.Entries;
using Serverless.Logs.Query;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary><c>GET /v1/logs/{logId}/context</c>: what happened around an entry, in the same environment and project.</summary>
public sealed class ReadLogContext(SurfaceEndpoint endpoint, LogAdmission admission, RecordReader reader)
{
    private const int MaxAround = 100;
    private const int PageEntries = 1000;

    private static readonly TextField Id = new("logId", "The id of the entry.") { IsRequired = true };
    private static readonly WholeNumberField Before = new("before", "The most entries that came before it.", 0, MaxAround) { Default = 20 };
    private static readonly WholeNumberField After = new("after", "The most entries that came after it.", 0, MaxAround) { Default = 20 };
    private static readonly Answer<LogContextAnswer> Found = Answer.Json(200, "The entry, and those around it.", LogJson.Default.LogContextAnswer);

    // How far to look for what came after it: first where it is likely to be.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxAfter = TimeSpan.FromDays(1);

    private static readonly ApiOperation Operation = new(nameof(ReadLogContext), "Shows what happened around an entry")
    {
        Description = $"Entries of the same `environment` and `project_id`, by their times. What came after it is looked for within {MaxAfter.TotalDays} day.",
        Credentials = LuminaLog.Readers,
        Path = [Id],
        Query = [Before, After],
        Answers = [Found],
        Errors = [LuminaLog.LogNotFound().Error],
    };

    /// <summary><c>GET /v1/logs/{logId}/context</c>: what happened around an entry.</summary>
    [Function(nameof(ReadLogContext))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs/{logId}/context")] HttpRequest request, string logId) =>
        endpoint.ServeAsync(request, Operation, (context, cancellationToken) => HandleAsync(context, logId, cancellationToken));

    private async Task HandleAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        var caller = await admission.AdmitReaderAsync(context);
        var query = LogParameters.Open(context.Request, Operation);
        var (before, after) = (query.Number(Before), query.Number(After));
        query.Problems.Conclude();

        var entry = await FindAsync(caller, id, cancellationToken) ?? throw LuminaLog.LogNotFound();
        var around = AroundOf(entry.Json);
        var newer = after == 0 ? [] : await ReadAfterAsync(caller, entry.Place, around, after, cancellationToken);
        var older = before == 0 ? [] : await ReadBeforeAsync(caller, entry.Place, around, before, cancellationToken);
        await Found.WriteAsync(context, new(Raw(newer), new(entry.Json), Raw(older)), cancellationToken);
    }

    private static IEnumerable<RawJson> Raw(IEnumerable<RecordPage.Entry> entries) => entries.Select(entry => new RawJson(entry.Json));

    // It is known by its batch, which is a term; its time is not.
    private async Task<RecordPage.Entry?> FindAsync(string organization, string id, CancellationToken cancellationToken)
    {
        if (id.Split('-') is not [var batch, _] || !Guid.TryParseExact(batch, "N", out var known))
        {
            return null;
        }

        var chunks = new ChunkQuery(organization, new(0, DateTime.MaxValue.Ticks)) { Terms = TermQuestion.Of(LogTerms.OfBatch(known)) };
        var (page, _) = await reader.ReadAsync(LogChunks.Schema, new(chunks, Matches, 1, Cursor: null), cancellationToken);
        return page.Entries.SingleOrDefault();

        bool Matches(ReadOnlySpan<byte> line, out long ticks)
        {
            var log = new StoredLog(line);
            ticks = log.ReadTimeAndLevel().Ticks;
            return log.Id == id;
        }
    }

    private static LogAnd AroundOf(byte[] json) => new([Same(LogField.Environment, json), Same(LogField.ProjectId, json)]);

    private static LogExpression Same(LogField field, ReadOnlySpan<byte> json) => new StoredLog(json).Read(field) is { } value
        ? new LogCondition(field, "", new EqualsTest(value))
        : new LogNot(new LogCondition(field, "", new PrefixTest("")));

    private async Task<IEnumerable<RecordPage.Entry>> ReadBeforeAsync(
        string organization, RecordPosition place, LogExpression around, int count, CancellationToken cancellationToken)
    {
        var (page, _) = await ReadAsync(organization, new(0, place.Ticks), around, count, new(place, long.MaxValue), cancellationToken);
        return page.Entries;
    }

    // Pages begin with the newest entries, so the time has to be found within which one page holds all: those that come last on it are the nearest.
    private async Task<IEnumerable<RecordPage.Entry>> ReadAfterAsync(
        string organization, RecordPosition place, LogExpression around, int count, CancellationToken cancellationToken)
    {
        var (shortest, longest) = (0L, MaxAfter.Ticks);
        for (var span = FirstAfter.Ticks; ;)
        {
            var (page, next) = await ReadAsync(organization, new(place.Ticks, place.Ticks + span), around, PageEntries, cursor: null, cancellationToken);
            var found = page.Entries.Where(entry => entry.Place < place).ToList();
            var isComplete = next is null && (found.Count >= count || span == MaxAfter.Ticks);
            if (isComplete || longest - shortest <= TimeSpan.TicksPerMillisecond)
            {
                return found.TakeLast(count);
            }

            (shortest, longest) = next is null ? (span, longest) : (shortest, span);
            span = longest == MaxAfter.Ticks ? Math.Min(span * 10, longest) : shortest + ((longest - shortest) / 2);
        }
    }

    private Task<(RecordPage Page, RecordCursor? Next)> ReadAsync(
        string organization, TimeRange range, LogExpression around, int limit, RecordCursor? cursor, CancellationToken cancellationToken)
    {
        var filter = new LogFilter(range, LogLevels.All, around);
        return reader.ReadAsync(LogChunks.Schema, new(filter.ToQuery(organization), Matches, limit, cursor), cancellationToken);

        bool Matches(ReadOnlySpan<byte> line, out long ticks) => filter.Matches(new StoredLog(line), out ticks, out _);
    }
}

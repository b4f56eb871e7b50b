using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Reading;
using Serverless.Logs.Entries;

namespace Serverless.Logs;

/// <summary><c>GET /v1/logs/fields</c>: which fields entries have, and which values these have most often.</summary>
public sealed class ReadLogFields(SurfaceEndpoint endpoint, LogAdmission admission, RecordReader reader, TimeProvider time)
{
    // Enough to see what there is, and little enough to be looked at while somebody waits.
    private const int MaxEntries = 10_000;

    private static readonly Answer<LogFieldsAnswer> Counted = Answer.Json(200, "The fields.", LogJson.Default.LogFieldsAnswer);

    private static readonly ApiOperation Operation = new(nameof(ReadLogFields), "Says which fields entries have, and their most frequent values")
    {
        Description = $"Looks at the newest {MaxEntries} entries at most, and at no more than 8 MB of them; `is_sample` says whether there are others. "
            + $"Of a field, up to {LogFieldCounts.MaxValues} values are told apart; up to {LogFieldCounts.MaxFields} fields are named.",
        Credentials = LuminaLog.Readers,
        Query = [.. LogParameters.Times, .. LogParameters.Filters],
        Answers = [Counted],
    };

    /// <summary><c>GET /v1/logs/fields</c>: the fields that there are.</summary>
    [Function(nameof(ReadLogFields))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs/fields")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.AdmitReaderAsync(context);
        var query = LogParameters.Open(context.Request, Operation);
        var filter = LogParameters.ReadFilter(query, Operation, time.GetUtcNow());
        query.Problems.Conclude();

        var question = new RecordQuery(filter.ToQuery(caller), Matches, MaxEntries, Cursor: null);
        var (page, next) = await reader.ReadAsync(LogChunks.Schema, question, cancellationToken);
        var counts = new LogFieldCounts();
        foreach (var entry in page.Entries)
        {
            counts.Add(entry.Json);
        }

        await Counted.WriteAsync(context, new(page.Entries.Count, next is not null, counts.ToAnswer()), cancellationToken);

        bool Matches(ReadOnlySpan<byte> line, out long ticks) => filter.Matches(new StoredLog(line), out ticks, out _);
    }
}

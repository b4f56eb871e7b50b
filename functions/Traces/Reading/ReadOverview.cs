using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;
using Serverless.Traces.Hours;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/projects/{id}/overview</c>: a project at a glance.</summary>
public sealed class ReadOverview(SurfaceEndpoint endpoint, SessionGate gate, FiguresReader figures, RecordReader reader, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);
    private static readonly Answer<OverviewReport> Seen = Answer.Json(200, "The project.", FigureJson.Default.OverviewReport);

    private static readonly ApiOperation Operation = new(nameof(ReadOverview), "Shows a project at a glance")
    {
        Description = EventParameters.ReportTime("last 24 hours"),
        Credentials = SessionCredential.Both,
        Path = [new("id", "The project.")],
        Query = EventParameters.Times,
        Answers = [Seen],
        Errors = SessionGate.Errors,
    };

    /// <summary><c>GET /v1/projects/{id}/overview</c>: a project at a glance.</summary>
    [Function(nameof(ReadOverview))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/projects/{id}/overview")] HttpRequest request, string id) =>
        endpoint.ServeAsync(request, Operation, (context, cancellationToken) => HandleAsync(context, id, cancellationToken));

    private async Task HandleAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        var project = (await gate.EnterAsync(context, id, cancellationToken)).Id;
        var range = EventParameters.ReadReportRange(context.Request, time.GetUtcNow(), Usual, TimeSpan.TicksPerHour);
        var hours = await figures.ReadAsync(project, range, cancellationToken);
        var errors = await RecentErrorsAsync(project, range, cancellationToken);
        await Seen.WriteAsync(context, OverviewReport.Of(hours, HourRange.Of(range), errors), cancellationToken);
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> RecentErrorsAsync(string project, TimeRange range, CancellationToken cancellationToken)
    {
        var errors = new ChunkQuery(project, range) { Kinds = EventStatuses.Errors };
        var query = new RecordQuery(errors, Matches, OverviewReport.MaxRecentErrors, Cursor: null);
        var (page, _) = await reader.ReadAsync(TraceChunks.Schema, query, cancellationToken);
        return [.. page.Entries.Select(found => (ReadOnlyMemory<byte>)found.Json)];

        bool Matches(ReadOnlySpan<byte> line, out long ticks)
        {
            (ticks, var status) = new StoredEvent(line).ReadTimeAndStatus();
            return range.Contains(ticks) && EventStatuses.Errors.Contains(status);
        }
    }
}

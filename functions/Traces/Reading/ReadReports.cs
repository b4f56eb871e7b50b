using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary>What a project's events sum up to: at a glance, by cost, by speed, and where that departs from what is usual.</summary>
public sealed class ReadReports(SessionGate gate, FiguresReader figures, RecordReader reader, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary><c>GET /v1/projects/{id}/overview</c>: of the last 24 hours, unless it is said.</summary>
    public async Task OverviewAsync(HttpContext context, string projectId, CancellationToken cancellationToken)
    {
        var project = await gate.EnterAsync(context, projectId, cancellationToken);
        var range = Range(context, Day, TimeSpan.TicksPerHour);
        var hours = await figures.ReadAsync(project.Id, range, cancellationToken);
        var errors = await RecentErrorsAsync(project.Id, range, cancellationToken);
        var report = new OverviewReport(hours, HourRange.Of(range), errors);
        await JsonResponse.WriteAsync(context.Response, report.WriteTo, cancellationToken);
    }

    /// <summary><c>GET /v1/costs</c>: of the last 30 days, unless it is said.</summary>
    public async Task CostsAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = await EnterAsync(context, cancellationToken);
        var range = Range(context, Month, TimeSpan.TicksPerDay);
        var now = time.GetUtcNow();
        var hours = await figures.ReadAsync(project, range, cancellationToken);
        var recentRange = RecentCost.Range(now);
        var isAtHand = range.Contains(recentRange.Times.From) && range.Contains(recentRange.Times.To);
        var recentHours = isAtHand ? [.. hours.In(recentRange)] : await figures.ReadAsync(project, recentRange.Times, cancellationToken);
        var recent = new RecentCost(recentHours, FirstHour(recentHours), now);
        await JsonResponse.WriteAsync(context.Response, new CostReport(hours, HourRange.Of(range), recent).WriteTo, cancellationToken);
    }

    /// <summary><c>GET /v1/performance</c>: of the last 30 days, unless it is said.</summary>
    public async Task PerformanceAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = await EnterAsync(context, cancellationToken);
        var range = Range(context, Month, TimeSpan.TicksPerDay);
        var hours = await figures.ReadAsync(project, range, cancellationToken);
        await JsonResponse.WriteAsync(context.Response, new PerformanceReport(hours, HourRange.Of(range)).WriteTo, cancellationToken);
    }

    /// <summary><c>GET /v1/ai/anomalies</c>: of the last 7 days, unless it is said.</summary>
    public async Task AnomaliesAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = await gate.EnterAiAsync(context, context.Request.Query["projectId"], cancellationToken);
        var range = HourRange.Of(Range(context, Week, TimeSpan.TicksPerHour));
        var hours = await figures.ReadAsync(project.Id, AnomalyReport.Needs(range).Times, cancellationToken);
        var report = new AnomalyReport(hours, range, FirstHour(hours), time.GetUtcNow());
        await JsonResponse.WriteAsync(context.Response, report.WriteTo, cancellationToken);
    }

    private static long? FirstHour(IReadOnlyList<HourFigures> hours) => hours is [var first, ..] ? first.Hour : null;

    private async Task<string> EnterAsync(HttpContext context, CancellationToken cancellationToken) =>
        (await gate.EnterAsync(context, context.Request.Query["projectId"], cancellationToken)).Id;

    // What is not said begins and ends with whole hours or days, so that nothing has to be counted event by event.
    private TimeRange Range(HttpContext context, TimeSpan defaultLength, long step)
    {
        var now = time.GetUtcNow();
        var endOfHour = ((now.UtcTicks / TimeSpan.TicksPerHour) + 1) * TimeSpan.TicksPerHour;
        var query = new EventQuery(context.Request.Query);
        var asked = query.Range(new(((now.UtcTicks / step) + 1) * step, TimeSpan.Zero), defaultLength);
        var range = asked.To == DateTime.MaxValue.Ticks ? asked with { To = Math.Max(asked.From, endOfHour - 1) } : asked;
        return range.To - range.From <= Longest.Ticks
            ? range
            : throw LumiqTrace.Invalid($"The time from \"start\" to \"end\" must be at most {Longest.TotalDays} days");
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

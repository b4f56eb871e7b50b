using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Figures;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/costs</c>: what a project costs.</summary>
public sealed class ReadCosts(SurfaceEndpoint endpoint, SessionGate gate, FiguresReader figures, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);
    private static readonly Answer<CostReport> Counted = Answer.Json(200, "The costs.", FigureJson.Default.CostReport);

    private static readonly ApiOperation Operation = new(nameof(ReadCosts), "Shows what a project costs")
    {
        Description = EventParameters.ReportTime("last 30 days"),
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, .. EventParameters.Times],
        Answers = [Counted],
        Errors = SessionGate.Errors,
    };

    /// <summary><c>GET /v1/costs</c>: what a project costs.</summary>
    [Function(nameof(ReadCosts))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/costs")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = (await gate.EnterAsync(context, cancellationToken)).Id;
        var now = time.GetUtcNow();
        var range = EventParameters.ReadReportRange(context.Request, now, Usual, TimeSpan.TicksPerDay);
        var hours = await figures.ReadAsync(project, range, cancellationToken);
        var recentRange = RecentCost.Range(now);
        var isAtHand = range.Contains(recentRange.Times.From) && range.Contains(recentRange.Times.To);
        var recentHours = isAtHand ? [.. hours.In(recentRange)] : await figures.ReadAsync(project, recentRange.Times, cancellationToken);
        var recent = new RecentCost(recentHours, recentHours is [var first, ..] ? first.Hour : null, now);
        await Counted.WriteAsync(context, CostReport.Of(hours, HourRange.Of(range), recent), cancellationToken);
    }
}

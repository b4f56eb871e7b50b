using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Figures;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/ai/anomalies</c>: hours that depart from what is usual.</summary>
public sealed class FindAnomalies(SurfaceEndpoint endpoint, SessionGate gate, FiguresReader figures, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(7);
    private static readonly Answer<AnomaliesAnswer> Judged = Answer.Json(200, "The anomalies.", FigureJson.Default.AnomaliesAnswer);

    private static readonly ApiOperation Operation = new(nameof(FindAnomalies), "Finds hours that depart from what is usual")
    {
        Description = $"{AnomalyReport.InWords} {EventParameters.ReportTime("last 7 days")}",
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, .. EventParameters.Times],
        Answers = [Judged],
        Errors = SessionGate.Errors,
    };

    /// <summary><c>GET /v1/ai/anomalies</c>: hours that depart from what is usual.</summary>
    [Function(nameof(FindAnomalies))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/ai/anomalies")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = (await gate.EnterAiAsync(context, cancellationToken)).Id;
        var now = time.GetUtcNow();
        var range = HourRange.Of(EventParameters.ReadReportRange(context.Request, now, Usual, TimeSpan.TicksPerHour));
        var hours = await figures.ReadAsync(project, AnomalyReport.Needs(range).Times, cancellationToken);
        var report = new AnomalyReport(hours, range, hours is [var first, ..] ? first.Hour : null, now);
        await Judged.WriteAsync(context, report.ToAnswer(), cancellationToken);
    }
}

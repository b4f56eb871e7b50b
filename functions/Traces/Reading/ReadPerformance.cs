using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Figures;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/performance</c>: how fast a project's calls are.</summary>
public sealed class ReadPerformance(SurfaceEndpoint endpoint, SessionGate gate, FiguresReader figures, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);
    private static readonly Answer<PerformanceReport> Measured = Answer.Json(200, "The performance.", FigureJson.Default.PerformanceReport);

    private static readonly ApiOperation Operation = new(nameof(ReadPerformance), "Shows how fast a project's calls are")
    {
        Description = EventParameters.ReportTime("last 30 days"),
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, .. EventParameters.Times],
        Answers = [Measured],
        Errors = SessionGate.Errors,
    };

    /// <summary><c>GET /v1/performance</c>: how fast a project's calls are.</summary>
    [Function(nameof(ReadPerformance))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/performance")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = (await gate.EnterAsync(context, cancellationToken)).Id;
        var range = EventParameters.ReadReportRange(context.Request, time.GetUtcNow(), Usual, TimeSpan.TicksPerDay);
        var hours = await figures.ReadAsync(project, range, cancellationToken);
        await Measured.WriteAsync(context, PerformanceReport.Of(hours, HourRange.Of(range)), cancellationToken);
    }
}

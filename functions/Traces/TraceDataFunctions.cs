using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Ai;
using Serverless.Traces.Reading;
using Serverless.Traces.Requests;

namespace Serverless.Traces;

/// <summary>The triggers of LumiqTrace that give data out.</summary>
public sealed class TraceDataFunctions(SurfaceEndpoint endpoint, LumiqTrace surface, ReadEvents events, ReadTrace trace, ReadReports reports, AskAboutProject ask)
{
    /// <summary><c>GET /v1/events</c>: events, newest first.</summary>
    [Function("ReadEvents")]
    public Task EventsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/events")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, events.HandleAsync);

    /// <summary><c>GET /v1/traces?traceId=</c>: a trace as trees, whatever its id.</summary>
    // The host takes the first function whose route fits, in the order of their names: this one has to be before the next.
    [Function("FindTrace")]
    public Task FindTraceAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/traces")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, trace.FindAsync);

    /// <summary><c>GET /v1/traces/{traceId}</c>: a trace as trees.</summary>
    [Function("ReadTrace")]
    public Task TraceAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/traces/{*traceId}")] HttpRequest request, string traceId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => trace.HandleAsync(context, traceId, cancellationToken));

    /// <summary><c>GET /v1/projects/{id}/overview</c>: a project at a glance.</summary>
    [Function("ReadOverview")]
    public Task OverviewAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/projects/{id}/overview")] HttpRequest request, string id) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => reports.OverviewAsync(context, id, cancellationToken));

    /// <summary><c>GET /v1/costs</c>: what a project costs.</summary>
    [Function("ReadCosts")]
    public Task CostsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/costs")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, reports.CostsAsync);

    /// <summary><c>GET /v1/performance</c>: how fast a project's calls are.</summary>
    [Function("ReadPerformance")]
    public Task PerformanceAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/performance")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, reports.PerformanceAsync);

    /// <summary><c>GET /v1/ai/anomalies</c>: hours that depart from what is usual.</summary>
    [Function("FindAnomalies")]
    public Task AnomaliesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/ai/anomalies")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, reports.AnomaliesAsync);

    /// <summary><c>POST /v1/ai/ask</c>: a question about a project, answered in words.</summary>
    [Function("AskAboutProject")]
    public Task AskAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/ai/ask")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, ask.HandleAsync);
}

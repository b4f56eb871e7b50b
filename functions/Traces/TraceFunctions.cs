using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Otel;
using Serverless.Traces.Requests;

namespace Serverless.Traces;

/// <summary>The triggers of LumiqTrace that take events in.</summary>
public sealed class TraceFunctions(SurfaceEndpoint endpoint, LumiqTrace surface, IngestEvents ingest, IngestExport export)
{
    /// <summary><c>POST /v1/ingest</c>: a batch in.</summary>
    [Function("IngestEvents")]
    public Task IngestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/ingest")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, ingest.HandleAsync);

    /// <summary><c>POST /v1/otel/v1/traces</c>: the spans of an OpenTelemetry exporter.</summary>
    [Function("IngestExport")]
    public Task IngestExportAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/otel/v1/traces")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, export.HandleExportAsync);

    /// <summary><c>POST /v1/otel</c>: the same, answered as a batch of events is.</summary>
    [Function("IngestSpans")]
    public Task IngestSpansAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/otel")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, export.HandleBatchAsync);
}

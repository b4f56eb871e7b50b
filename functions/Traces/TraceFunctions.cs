using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Traces;

/// <summary>The triggers of the LumiqTrace contract.</summary>
public sealed class TraceFunctions(SurfaceEndpoint endpoint, LumiqTrace surface, IngestEvents ingest)
{
    /// <summary><c>POST /v1/ingest</c>: a batch in.</summary>
    [Function("IngestEvents")]
    public Task IngestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/ingest")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, ingest.HandleAsync);
}

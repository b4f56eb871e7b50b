using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Watching;

/// <summary>The triggers by which runs are watched.</summary>
public sealed class WatchFunctions(SurfaceEndpoint endpoint, Lamina surface, WaitForRun wait, StreamRun stream)
{
    /// <summary><c>GET /v1/runs/{runId}/wait</c>: waits for the end of a run.</summary>
    [Function("WaitForRun")]
    public Task WaitAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}/wait")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => wait.HandleAsync(context, runId, cancellationToken));

    /// <summary><c>GET /v1/runs/{runId}/stream</c>: the states of a run as they come.</summary>
    [Function("StreamRun")]
    public Task StreamAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}/stream")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => stream.HandleAsync(context, runId, cancellationToken));
}

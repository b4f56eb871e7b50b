using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Operator;

/// <summary>The triggers of what the service says of itself, open to anybody.</summary>
public sealed class ServiceFunctions(SurfaceEndpoint endpoint, ServiceSurface surface, Readiness readiness)
{
    /// <summary><c>GET /health</c>: the process is up.</summary>
    [Function("Health")]
    public Task HealthAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, Readiness.AnswerHealthAsync);

    /// <summary><c>GET /ready</c>: storage can be reached.</summary>
    [Function("Ready")]
    public Task ReadyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ready")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, readiness.AnswerReadyAsync);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Benchmarks.EmptyApplication;

/// <summary>The only thing that can be asked.</summary>
public sealed class HealthFunction
{
    /// <summary><c>GET /health</c>: the process is up.</summary>
    [Function("Health")]
    public Task HealthAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        request.HttpContext.Response.WriteAsync("ok");
}

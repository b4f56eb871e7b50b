using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Operator;

/// <summary>What the service says of itself, to anybody.</summary>
public sealed class ServiceEndpoints(SurfaceEndpoint endpoint, Readiness readiness)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly Answer<StatusAnswer> Up = Answer.Json(200, "It is up.", OperatorJson.Default.StatusAnswer);
    private static readonly Answer<StatusAnswer> Able = Answer.Json(200, "It can work.", OperatorJson.Default.StatusAnswer);

    private static readonly ApiOperation Health = new(nameof(Health), "Says that the process is up")
    {
        Description = "Asks nothing of storage.",
        Answers = [Up],
    };

    private static readonly ApiOperation Ready = new(nameof(Ready), "Says whether all tables and queues can be reached")
    {
        Description = "The error says which cannot. Storage is asked once in a second at most.",
        Answers = [Able],
    };

    /// <summary><c>GET /health</c>: the process is up.</summary>
    [Function(nameof(Health))]
    public Task HealthAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        endpoint.ServeAsync(request, Health, (context, cancellationToken) => Up.WriteAsync(context, new("ok"), cancellationToken));

    /// <summary><c>GET /ready</c>: storage can be reached.</summary>
    [Function(nameof(Ready))]
    public Task ReadyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ready")] HttpRequest request) =>
        endpoint.ServeAsync(request, Ready, async (context, cancellationToken) =>
        {
            var missing = await readiness.FindMissingAsync(cancellationToken);
            if (missing.Count > 0)
            {
                throw new ApiException(new(
                    StatusCodes.Status503ServiceUnavailable, "RESOURCE_UNAVAILABLE", $"Storage cannot be reached: {string.Join(", ", missing)}")
                {
                    Retryable = true,
                    RetryAfter = RetryAfter,
                });
            }

            await Able.WriteAsync(context, new("ready"), cancellationToken);
        });
}

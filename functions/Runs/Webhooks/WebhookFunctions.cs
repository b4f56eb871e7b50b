using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Runs.Webhooks;

/// <summary>The triggers of webhooks.</summary>
public sealed class WebhookFunctions(SurfaceEndpoint endpoint, Lamina surface, ReadSigningKey signingKey)
{
    /// <summary><c>GET /v1/webhooks/signing-key</c>: what receivers check signatures with, open to anybody.</summary>
    [Function("ReadSigningKey")]
    public Task ReadSigningKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhooks/signing-key")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, signingKey.HandleAsync);
}

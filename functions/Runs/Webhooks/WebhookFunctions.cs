using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Requests;
using Serverless.Storage;

namespace Serverless.Runs.Webhooks;

/// <summary>The triggers of webhooks.</summary>
public sealed class WebhookFunctions(SurfaceEndpoint endpoint, Lamina surface, ReadSigningKey signingKey, DeliverWebhook deliver, ReadDeliveries deliveries)
{
    /// <summary><c>GET /v1/webhooks/signing-key</c>: what receivers check signatures with, open to anybody.</summary>
    [Function("ReadSigningKey")]
    public Task ReadSigningKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhooks/signing-key")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, signingKey.HandleAsync);

    /// <summary><c>GET /v1/runs/{runId}/deliveries</c>: the tries to deliver a run's webhook.</summary>
    [Function("ReadDeliveries")]
    public Task ReadDeliveriesAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}/deliveries")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => deliveries.HandleAsync(context, runId, cancellationToken));

    /// <summary>Delivers a webhook.</summary>
    [Function("DeliverWebhook")]
    public Task DeliverAsync([QueueTrigger(QueueNames.Webhooks)] byte[] message, FunctionContext context, CancellationToken cancellationToken) =>
        deliver.HandleAsync(new BinaryData(message), (string)context.BindingContext.BindingData["Id"]!, cancellationToken);
}

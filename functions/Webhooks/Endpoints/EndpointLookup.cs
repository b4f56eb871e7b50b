using Serverless.Http;
using Serverless.Workspaces;

namespace Serverless.Webhooks.Endpoints;

/// <summary>Finds the endpoint that a path names.</summary>
internal static class EndpointLookup
{
    /// <summary>404: the workspace has no such endpoint.</summary>
    public static ApiException NotFound() => Lamina.NotFound("Endpoint");

    /// <summary>An endpoint as it is at this moment.</summary>
    /// <exception cref="ApiException">404: the workspace has no such endpoint.</exception>
    public static async Task<WebhookEndpoint> RequireAsync(this EndpointStore store, string workspace, string id, CancellationToken cancellationToken) =>
        WebhookEndpoint.IsId(id) && await store.FindAsync(workspace, id, cancellationToken) is { } found ? found : throw NotFound();
}

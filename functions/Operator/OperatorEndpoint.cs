using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Operator;

/// <summary>The way in for the operator: <see cref="SurfaceEndpoint"/>, past the operator's key.</summary>
public sealed class OperatorEndpoint(SurfaceEndpoint endpoint, OperatorSurface surface, AdminKey key)
{
    /// <summary>Serves a request of the operator.</summary>
    public Task ServeAsync(HttpRequest request, RequestHandler handler) =>
        endpoint.ServeAsync(request, surface, async (context, cancellationToken) =>
        {
            // Some answers hold a key, and all of them are for one pair of eyes.
            context.Response.Headers.CacheControl = "no-store";
            await key.RequireAsync(context);
            await handler(context, cancellationToken);
        });
}

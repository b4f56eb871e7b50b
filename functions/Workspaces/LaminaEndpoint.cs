using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;

namespace Serverless.Workspaces;

/// <summary>Handles one request of a caller and writes its answer.</summary>
public delegate Task CallerHandler(HttpContext context, Caller caller, CancellationToken cancellationToken);

/// <summary>The way in for callers of Lamina: <see cref="SurfaceEndpoint"/>, past their credential and what it is good for.</summary>
public sealed class LaminaEndpoint(SurfaceEndpoint endpoint, LaminaAdmission admission)
{
    /// <summary>Serves a request.</summary>
    public Task ServeAsync(HttpRequest request, ApiOperation operation, CallerHandler handler) =>
        endpoint.ServeAsync(request, operation, async (context, cancellationToken) =>
        {
            var caller = await admission.EnterAsync(context, operation);
            await handler(context, caller, cancellationToken);
        });
}

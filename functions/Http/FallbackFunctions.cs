using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Http;

/// <summary>Answers what no other function takes: unknown paths, and known ones asked with the wrong method.</summary>
public sealed class FallbackFunctions(SurfaceEndpoint endpoint, SurfaceMap surfaces, RouteTable routes, CrossOrigin pages)
{
    /// <summary>404, or 405 with <c>Allow</c>, in the envelope of the surface that owns the path.</summary>
    // The host takes the first function whose route fits, in the order of their names: this one has to be the last.
    [Function("Z_Fallback")]
    public Task AnswerAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request)
    {
        var surface = surfaces.OwnerOf(request.Path);
        return endpoint.ServeAsync(
            request,
            surface,
            (context, _) =>
            {
                var allow = routes.MethodsAt(context.Request.Path);
                throw allow.Count > 0 ? RequestErrors.MethodNotAllowed(allow) : RequestErrors.NotFound();
            },
            pages.UseAt(request.Path));
    }
}

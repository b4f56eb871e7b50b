using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Serverless.Diagnostics;

namespace Serverless.Http;

/// <summary>Shows a request as a span: below the host's, if that shows any; else below the caller's, if it sent a <c>traceparent</c>.</summary>
internal static class RequestSpan
{
    /// <summary>Begins the span; null when nobody looks.</summary>
    public static Activity? Begin(HttpRequest request, Surface surface, string requestId)
    {
        if (!Instrumentation.Activities.HasListeners())
        {
            return null;
        }

        var route = (request.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var span = Instrumentation.Activities.StartActivity(
            route is null ? $"{request.Method} {surface.Name}" : $"{request.Method} /{route.TrimStart('/')}", ActivityKind.Server, Parent(request));
        return span?
            .SetTag("http.request.method", request.Method)
            .SetTag("http.route", route)
            .SetTag("url.path", request.Path.Value)
            .SetTag("serverless.surface", surface.Name)
            .SetTag("serverless.request", requestId);
    }

    /// <summary>Says what came of the request.</summary>
    public static void End(Activity? span, HttpContext context, string? tenant)
    {
        span?.SetTag("http.response.status_code", context.Response.StatusCode).SetTag("serverless.tenant", tenant);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }

        span?.Dispose();
    }

    private static ActivityContext Parent(HttpRequest request)
    {
        if (Instrumentation.TraceParent is not null)
        {
            return Activity.Current!.Context;
        }

        // What the server made for its own log is shown by nobody: a span below that would hang in the air.
        Activity.Current = null;
        return ActivityContext.TryParse(request.Headers[HeaderNames.TraceParent], request.Headers[HeaderNames.TraceState], isRemote: true, out var caller)
            ? caller
            : default;
    }
}

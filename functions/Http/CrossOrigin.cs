using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Serverless.Http;

/// <summary>
/// Lets web pages of other origins use the API from a browser (CORS): those that a setting names may send and read, and all of them may send where it says
/// <c>*</c>. A page proves who it is by a key or a token in a header. A request that comes with our cookie is never for a page of another origin.
/// </summary>
/// <param name="options">Which origins.</param>
/// <param name="routes">The endpoints.</param>
/// <param name="surfaces">The surfaces they belong to.</param>
public sealed class CrossOrigin(IOptions<CrossOriginOptions> options, RouteTable routes, SurfaceMap surfaces)
{
    // Two hours: no browser keeps it longer.
    private const string MaxAge = "7200";

    // X-Requested-With is not among them: it proves that a request by cookie comes from our own page.
    private static readonly string RequestHeaders = string.Join(
        ", ", HeaderNames.Authorization, HeaderNames.ContentEncoding, HeaderNames.ContentType, IdempotencyKey.Header, HeaderNames.IfNoneMatch, "Last-Event-ID", HeaderNames.TraceParent,
        HeaderNames.TraceState, "X-Api-Key", RequestId.Header, "X-Workspace-Id");

    private static readonly string AnswerHeaders = string.Join(
        ", ", "Deprecation", HeaderNames.ETag, IdempotencyKey.ReplayedHeader, "RateLimit", "RateLimit-Limit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset",
        HeaderNames.RetryAfter, "Sunset", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", RequestId.Header);

    private readonly IReadOnlySet<string> _named = options.Value.Named;
    private readonly bool _takesFromAll = options.Value.TakesFromAll;

    /// <summary>Says on an answer, whatever it will be, whether the page that asked may see it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="use">What pages may do with the endpoint.</param>
    public void Mark(HttpContext context, PageUse use)
    {
        if (use == PageUse.None || (_named.Count == 0 && !_takesFromAll) || IsPreflight(context.Request))
        {
            return;
        }

        var headers = context.Response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (Allowed(context.Request, use) is { } origin)
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlExposeHeaders = AnswerHeaders;
        }
    }

    /// <summary>Answers a browser that asks whether a page may send a request. That is no request yet: it proves, spends and counts nothing.</summary>
    /// <returns>Whether it was answered; false for any other request, and where no page may do anything.</returns>
    public bool TryAnswerPreflight(HttpContext context)
    {
        var request = context.Request;
        if (!IsPreflight(request))
        {
            return false;
        }

        var endpoints = routes.EndpointsAt(request.Path).Select(endpoint => (endpoint.Method, Use: UseOf(endpoint))).Where(endpoint => endpoint.Use != PageUse.None).ToList();
        if (endpoints.Count == 0)
        {
            return false;
        }

        var headers = context.Response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        var allowed = endpoints.Where(endpoint => Allowed(request, endpoint.Use) is not null).ToList();
        if (allowed.Count > 0)
        {
            headers.AccessControlAllowOrigin = Allowed(request, allowed[0].Use);
            headers.AccessControlAllowMethods = string.Join(", ", allowed.Select(endpoint => endpoint.Method).Order(StringComparer.Ordinal));
            headers.AccessControlAllowHeaders = RequestHeaders;
            headers.AccessControlMaxAge = MaxAge;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    /// <summary>What pages may do with the endpoints of a path: the most of it.</summary>
    public PageUse UseAt(PathString path) => routes.EndpointsAt(path).Select(UseOf).DefaultIfEmpty().Max();

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    private PageUse UseOf(DeclaredEndpoint endpoint) =>
        endpoint.Operation is { } operation ? surfaces.OwnerOf(endpoint.Path).UseOf(operation, endpoint.Method) : PageUse.None;

    // The origin to name on the answer; null when the page is not to see it.
    private string? Allowed(HttpRequest request, PageUse use)
    {
        var origin = request.Headers.Origin.ToString();
        return request.Cookies.ContainsKey(SessionCredential.CookieName) ? null
            : _named.Contains(origin) ? origin
            : _takesFromAll && use == PageUse.Send ? "*"
            : null;
    }
}

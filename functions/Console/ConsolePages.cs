using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Serverless.Http;

namespace Serverless.Console;

/// <summary>
/// Gives out the web page. It is one document, which shows what the address names: so each of its addresses can be copied and loaded again.
/// </summary>
// The host takes the first function whose route fits, in the order of their names: ConsoleView, which takes all that is left, has to be the last.
public sealed class ConsolePages(SurfaceEndpoint endpoint, ConsoleSurface surface, DemoSignIn demo)
{
    private const string Assets = "/console/assets";
    private const string Brotli = "br";
    private const string Forever = "public, max-age=31536000, immutable";
    private const string Never = "no-store";
    private const string WhenUnchanged = "no-cache";

    // What the page may load and whom it may talk to: this address, and nobody else. Nothing that stands in the document itself is run.
    private const string ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

    /// <summary><c>GET /console/assets/{name}</c>: a script, a style or a picture. Its name changes with what is in it.</summary>
    [Page]
    [Function("ConsoleAsset")]
    public Task AssetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console/assets/{*name}")] HttpRequest request) =>
        ServeAsync(request, (context, cancellationToken) =>
            request.Path.StartsWithSegments(Assets, StringComparison.OrdinalIgnoreCase, out var name) && name.Value is ['/', .. var asset] && asset != ConsoleFiles.Document
                ? AnswerAsync(context, asset, Forever, cancellationToken)
                : throw RequestErrors.NotFound());

    /// <summary><c>GET /docs</c>: the description of the API, as the page shows it.</summary>
    [Page]
    [Function("ConsoleDocs")]
    public Task DocsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "docs/{*path}")] HttpRequest request) => ShowAsync(request);

    /// <summary><c>GET /</c>: the page. The host takes no empty route, but one that may be empty and has to be.</summary>
    [Page]
    [Function("ConsoleRoot")]
    public Task RootAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "{root:maxlength(0)?}")] HttpRequest request) => ShowAsync(request);

    /// <summary><c>GET /console/sign-in.json</c>: what the sign-in is filled in with; 204 when nothing is to be filled in.</summary>
    [Page]
    [Function("ConsoleSignIn")]
    public Task SignInAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "console/sign-in.json")] HttpRequest request) =>
        ServeAsync(request, async (context, cancellationToken) =>
        {
            context.Response.Headers.CacheControl = Never;
            if (demo.For(context) is { } user)
            {
                await JsonResponse.WriteAsync(context.Response, user, cancellationToken);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
        });

    /// <summary><c>GET /console/{path}</c>: a view of the page.</summary>
    [Page]
    [Function("ConsoleView")]
    public Task ViewAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console/{*path}")] HttpRequest request) => ShowAsync(request);

    private Task ShowAsync(HttpRequest request) =>
        ServeAsync(request, (context, cancellationToken) => AnswerAsync(context, ConsoleFiles.Document, WhenUnchanged, cancellationToken));

    private Task ServeAsync(HttpRequest request, RequestHandler handler) => endpoint.ServeAsync(request, surface, (context, cancellationToken) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return handler(context, cancellationToken);
    });

    private static async Task AnswerAsync(HttpContext context, string name, string caching, CancellationToken cancellationToken)
    {
        var compressed = TakesBrotli(context.Request);
        var body = await ConsoleFiles.ReadAsync(name, compressed, cancellationToken) ?? throw RequestErrors.NotFound();
        var response = context.Response;
        response.Headers.CacheControl = caching;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (EntityTag.IsKnown(context, body.Span))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = ConsoleFiles.MediaTypeOf(name);
        response.ContentLength = body.Length;
        if (compressed)
        {
            response.Headers.ContentEncoding = Brotli;
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            await response.Body.WriteAsync(body, cancellationToken);
        }
    }

    private static bool TakesBrotli(HttpRequest request) =>
        new RequestHeaders(request.Headers).AcceptEncoding.Any(coding => coding.Value.Equals(Brotli, StringComparison.OrdinalIgnoreCase) && coding.Quality != 0);
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.OpenApi;

/// <summary>Gives the description of the API out, in OpenAPI 3.1: all of it, or that of one surface.</summary>
public sealed class DescribeApi(SurfaceEndpoint endpoint, ApiDescription description)
{
    private const string Ending = ".json";

    private static readonly TextField Name = new("surface", "The surface with the ending `.json`, such as `luminalog.json`.") { Example = "luminalog.json" };

    private static readonly Answer Described = new(200, "The description, in OpenAPI 3.1.")
    {
        MediaType = RequestBody.Json,
        Schema = new JsonObject { ["type"] = "object" },
        Headers = [new TextField("ETag", "Names this state of it.")],
    };

    private static readonly Answer Unchanged = new(304, "It is what `If-None-Match` names.") { Headers = [new TextField("ETag", "Names this state of it.")] };

    private static readonly TextField IfNoneMatch = new("If-None-Match", "The `ETag` of the description that the caller has.");

    private static readonly ApiOperation All = new("DescribeApi", "Describes the API") { Headers = [IfNoneMatch], Answers = [Described, Unchanged] };

    private static readonly ApiOperation One = new("DescribeSurface", "Describes one surface of the API")
    {
        Path = [Name],
        Headers = [IfNoneMatch],
        Answers = [Described, Unchanged],
        Errors = [RequestErrors.NotFound().Error],
    };

    /// <summary><c>GET /openapi.json</c>: the whole API.</summary>
    [Function("DescribeApi")]
    public Task DescribeAllAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        endpoint.ServeAsync(request, All, (context, cancellationToken) => AnswerAsync(context, name: null, cancellationToken));

    /// <summary><c>GET /openapi/{surface}.json</c>: one surface.</summary>
    [Function("DescribeSurface")]
    public Task DescribeOneAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi/{surface}")] HttpRequest request, string surface) =>
        endpoint.ServeAsync(request, One, (context, cancellationToken) =>
            surface.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) ? AnswerAsync(context, surface[..^Ending.Length], cancellationToken) : throw RequestErrors.NotFound());

    private async Task AnswerAsync(HttpContext context, string? name, CancellationToken cancellationToken)
    {
        var body = await description.FindAsync(name, cancellationToken) ?? throw RequestErrors.NotFound();
        if (EntityTag.IsKnown(context, body.Span))
        {
            Unchanged.Write(context);
            return;
        }

        await JsonResponse.WriteAsync(context.Response, body, cancellationToken);
    }
}

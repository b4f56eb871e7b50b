using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/traces/{traceId}</c>: the events of a trace as trees.</summary>
public sealed class ReadTrace(SurfaceEndpoint endpoint, SessionGate gate, TraceTrees trees)
{
    private const string EscapedSlash = "%2F";

    private static readonly ApiOperation Operation = new(nameof(ReadTrace), "Gives a trace out as trees")
    {
        Description = $"{TraceTrees.InWords} A slash in the id may stand as it is, or as `%2F`.",
        Credentials = SessionCredential.Both,
        Path = [FindTraces.TraceId],
        Query = [SessionGate.ProjectId],
        Answers = [TraceTrees.Found],
        Errors = [.. SessionGate.Errors, LumiqTrace.TraceNotFound().Error],
    };

    /// <summary><c>GET /v1/traces/{traceId}</c>: a trace as trees.</summary>
    [Function(nameof(ReadTrace))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/traces/{*traceId}")] HttpRequest request, string traceId) =>
        endpoint.ServeAsync(request, Operation, (context, cancellationToken) => HandleAsync(context, traceId, cancellationToken));

    // The id stands in the path unescaped but for slashes.
    private async Task HandleAsync(HttpContext context, string pathId, CancellationToken cancellationToken)
    {
        var project = (await gate.EnterAsync(context, cancellationToken)).Id;
        var traceId = pathId.Replace(EscapedSlash, "/", StringComparison.OrdinalIgnoreCase);

        // It may be no slash that was escaped, but a percent sign.
        if (!await trees.TryAnswerAsync(context, project, traceId, cancellationToken)
            && (traceId == pathId || !await trees.TryAnswerAsync(context, project, pathId, cancellationToken)))
        {
            throw LumiqTrace.TraceNotFound();
        }
    }
}

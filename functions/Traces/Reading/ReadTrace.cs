using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Times;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary>
/// <c>GET /v1/traces/{traceId}</c>, and <c>GET /v1/traces?traceId=</c> for ids that no path can carry: the events of a trace as trees.
/// </summary>
public sealed class ReadTrace(SurfaceEndpoint endpoint, SessionGate gate, EventScan scan)
{
    // What an answer may hold in memory.
    private const int MaxSpans = 50_000;

    private static readonly string Trees =
        $"Each event stands below its parent; one whose parent is missing is a root, and a circle of parents is cut at its oldest event. A trace of more than {MaxSpans} spans is a 400.";

    private const string EscapedSlash = "%2F";
    private static readonly TimeRange AllTimes = new(0, DateTime.MaxValue.Ticks);

    private static readonly TextField TraceId = new("traceId", "The id of the trace.") { IsRequired = true };

    private static readonly Answer Found = new(200, "The roots of the trees, the oldest first.")
    {
        MediaType = RequestBody.Json,
        Schema = new ShapesField("", "", TraceShapes.Span).ToSchema(),
    };

    private static readonly ApiOperation Find = new("FindTrace", "Gives a trace out, whatever its id")
    {
        Description = $"{Trees} This takes ids that no path can carry, such as `.`, too.",
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, TraceId],
        Answers = [Found],
        Errors = [.. SessionGate.Errors, LumiqTrace.TraceNotFound().Error],
    };

    private static readonly ApiOperation Read = new(nameof(ReadTrace), "Gives a trace out as trees")
    {
        Description = $"{Trees} A slash in the id may stand as it is, or as `%2F`.",
        Credentials = SessionCredential.Both,
        Path = [TraceId],
        Query = [SessionGate.ProjectId],
        Answers = [Found],
        Errors = [.. SessionGate.Errors, LumiqTrace.TraceNotFound().Error],
    };

    /// <summary><c>GET /v1/traces?traceId=</c>: a trace as trees, whatever its id.</summary>
    // The host takes the first function whose route fits, in the order of their names: this one has to be before the next.
    [Function("FindTrace")]
    public Task FindAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/traces")] HttpRequest request) =>
        endpoint.ServeAsync(request, Find, HandleAsync);

    /// <summary><c>GET /v1/traces/{traceId}</c>: a trace as trees.</summary>
    [Function(nameof(ReadTrace))]
    public Task ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/traces/{*traceId}")] HttpRequest request, string traceId) =>
        endpoint.ServeAsync(request, Read, (context, cancellationToken) => HandleAsync(context, traceId, cancellationToken));

    // The id stands in the path unescaped but for slashes.
    private async Task HandleAsync(HttpContext context, string pathId, CancellationToken cancellationToken)
    {
        var project = await EnterAsync(context, cancellationToken);
        var traceId = pathId.Replace(EscapedSlash, "/", StringComparison.OrdinalIgnoreCase);
        var lines = await ReadLinesAsync(project, traceId, cancellationToken);
        if (lines.Count == 0 && traceId != pathId)
        {
            // It may be no slash that was escaped, but a percent sign.
            lines = await ReadLinesAsync(project, pathId, cancellationToken);
        }

        await AnswerAsync(context, lines, cancellationToken);
    }

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = await EnterAsync(context, cancellationToken);
        var query = EventParameters.Open(context.Request);
        var traceId = query.Read(TraceId);
        query.Problems.Conclude();
        await AnswerAsync(context, await ReadLinesAsync(project, traceId!, cancellationToken), cancellationToken);
    }

    private async Task<string> EnterAsync(HttpContext context, CancellationToken cancellationToken) =>
        (await gate.EnterAsync(context, cancellationToken)).Id;

    private async Task<List<byte[]>> ReadLinesAsync(string project, string traceId, CancellationToken cancellationToken)
    {
        var filter = new EventFilter(AllTimes) { TraceId = traceId };
        return (await scan.ReadAsync(project, filter, () => new List<byte[]>(), Add, Timeout.InfiniteTimeSpan, cancellationToken)).Gathered;
    }

    private static async Task AnswerAsync(HttpContext context, List<byte[]> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            throw LumiqTrace.TraceNotFound();
        }

        var answer = new ArrayBufferWriter<byte>();
        new TraceTree(lines).WriteTo(answer);
        Found.Write(context);
        await JsonResponse.WriteAsync(context.Response, answer.WrittenMemory, cancellationToken);
    }

    private static void Add(List<byte[]> lines, ReadOnlySpan<byte> line)
    {
        if (lines.Count == MaxSpans)
        {
            throw LumiqTrace.Invalid($"The trace has more than {MaxSpans} spans");
        }

        lines.Add(line.ToArray());
    }
}

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Times;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary>
/// <c>GET /v1/traces/{traceId}</c>, and <c>GET /v1/traces?traceId=</c> for ids that no path can carry: the events of a trace as trees.
/// </summary>
public sealed class ReadTrace(SessionGate gate, EventScan scan)
{
    // What an answer may hold in memory.
    private const int MaxSpans = 50_000;

    private const string EscapedSlash = "%2F";
    private static readonly TimeRange AllTimes = new(0, DateTime.MaxValue.Ticks);

    /// <summary>Serves the request whose path names the trace.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pathId">The trace, as it stands in the path: unescaped but for slashes.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task HandleAsync(HttpContext context, string pathId, CancellationToken cancellationToken)
    {
        var project = await EnterAsync(context, cancellationToken);
        var traceId = pathId.Replace(EscapedSlash, "/", StringComparison.OrdinalIgnoreCase);
        var lines = await ReadAsync(project, traceId, cancellationToken);
        if (lines.Count == 0 && traceId != pathId)
        {
            // It may be no slash that was escaped, but a percent sign.
            lines = await ReadAsync(project, pathId, cancellationToken);
        }

        await AnswerAsync(context.Response, lines, cancellationToken);
    }

    /// <summary>Serves the request whose query string names the trace.</summary>
    public async Task FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = await EnterAsync(context, cancellationToken);
        var traceId = new EventQuery(context.Request.Query).TraceId();
        await AnswerAsync(context.Response, await ReadAsync(project, traceId, cancellationToken), cancellationToken);
    }

    private async Task<string> EnterAsync(HttpContext context, CancellationToken cancellationToken) =>
        (await gate.EnterAsync(context, context.Request.Query["projectId"], cancellationToken)).Id;

    private Task<List<byte[]>> ReadAsync(string project, string traceId, CancellationToken cancellationToken) =>
        scan.ReadAsync(project, new EventFilter(AllTimes) { TraceId = traceId }, () => new List<byte[]>(), Add, cancellationToken);

    private static async Task AnswerAsync(HttpResponse response, List<byte[]> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            throw LumiqTrace.TraceNotFound();
        }

        var answer = new ArrayBufferWriter<byte>();
        new TraceTree(lines).WriteTo(answer);
        await JsonResponse.WriteAsync(response, answer.WrittenMemory, cancellationToken);
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

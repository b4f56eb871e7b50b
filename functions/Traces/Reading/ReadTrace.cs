using System.Buffers;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Times;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/traces/{traceId}</c>: the events of a trace as trees.</summary>
public sealed class ReadTrace(SessionGate gate, EventScan scan)
{
    // What an answer may hold in memory.
    private const int MaxSpans = 50_000;
    private static readonly TimeRange AllTimes = new(0, DateTime.MaxValue.Ticks);

    /// <summary>Serves the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="traceId">The trace.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task HandleAsync(HttpContext context, string traceId, CancellationToken cancellationToken)
    {
        var project = await gate.EnterAsync(context, context.Request.Query["projectId"], cancellationToken);
        var filter = new EventFilter(AllTimes) { TraceId = traceId };
        var lines = await scan.ReadAsync(project.Id, filter, () => new List<byte[]>(), Add, cancellationToken);
        if (lines.Count == 0)
        {
            throw LumiqTrace.TraceNotFound();
        }

        var answer = new ArrayBufferWriter<byte>();
        new TraceTree(lines).WriteTo(answer);
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

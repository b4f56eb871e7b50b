using System.Buffers;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Times;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Reading;

/// <summary>Gives a trace out as trees.</summary>
public sealed class TraceTrees(EventScan scan)
{
    // What an answer may hold in memory.
    private const int MaxSpans = 50_000;

    private static readonly TimeRange AllTimes = new(0, DateTime.MaxValue.Ticks);

    /// <summary>How trees are made, in words.</summary>
    internal static string InWords { get; } =
        "Each event stands below its parent, and so does each step, a span that calls no model; one whose parent is missing is a root, and a circle of parents is cut at its oldest part. "
        + $"A trace of more than {MaxSpans} spans is a 400.";

    /// <summary>The answer.</summary>
    internal static Answer Found { get; } = new(200, "The roots of the trees, the oldest first.")
    {
        MediaType = RequestBody.Json,
        Schema = new ShapesField("", "", TraceShapes.Node).ToSchema(),
    };

    /// <summary>Answers with the trees of a trace.</summary>
    /// <returns>Whether there are any; else nothing is written.</returns>
    /// <exception cref="ApiException">400: there are too many spans.</exception>
    public async Task<bool> TryAnswerAsync(HttpContext context, string project, string traceId, CancellationToken cancellationToken)
    {
        var filter = new EventFilter(AllTimes) { TraceIds = new HashSet<string>([traceId], StringComparer.Ordinal) };
        var parts = await Task.WhenAll(ReadAsync(project), ReadAsync(StepChunks.PartitionOf(project)));
        List<byte[]> lines = [.. parts[0].Gathered, .. parts[1].Gathered];
        if (lines.Count > MaxSpans)
        {
            throw TooManySpans();
        }

        if (lines.Count == 0)
        {
            return false;
        }

        var answer = new ArrayBufferWriter<byte>();
        new TraceTree(lines).WriteTo(answer);
        Found.Write(context);
        await JsonResponse.WriteAsync(context.Response, answer.WrittenMemory, cancellationToken);
        return true;

        Task<(List<byte[]> Gathered, long? CompleteSince)> ReadAsync(string partition) => scan.ReadAsync(partition, filter, () => new List<byte[]>(), Add, ScanBounds.None, cancellationToken);
    }

    private static void Add(List<byte[]> lines, ReadOnlySpan<byte> line)
    {
        if (lines.Count == MaxSpans)
        {
            throw TooManySpans();
        }

        lines.Add(line.ToArray());
    }

    private static ApiException TooManySpans() => LumiqTrace.Invalid($"The trace has more than {MaxSpans} spans");
}

using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Records;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/traces</c>: traces, newest first; with <c>traceId</c> one of them as trees, also for ids that no path can carry.</summary>
public sealed class FindTraces(SurfaceEndpoint endpoint, SessionGate gate, TraceTrees trees, TraceList list, Export export, TimeProvider time)
{
    // The host takes the first function whose route fits, in the order of their names: this one has to be before that of a trace by its path.
    private const string Name = "FindTrace";

    // An export sums up so many in one look.
    private const int TracesAtOnce = 2000;

    private static readonly WholeNumberField Limit = new("limit", "The most traces of a page.", 1, 100) { Default = 25 };
    private static readonly Answer<TracePage> Found = Answer.Json(200, "Without `traceId`: a page of traces.", TraceListJson.Default.TracePage);

    private static readonly Answer<ListedTrace> Exported = Export.Of(TraceListJson.Default.ListedTrace);

    private static readonly ApiOperation Operation = new(Name, "Lists traces, the newest first, or gives one out, whatever its id")
    {
        Description =
            $"""
            A trace is found by its spans: one of them has all that is asked for. The trace stands where the newest such span is. What is said of it is about all of its spans of the
            time asked for that lie within {TraceSum.Reach.TotalHours:0} hour of that one. Pages show the state of when the first was asked for, and each trace once. Only a trace that pauses for longer
            than {TraceSum.Reach.TotalHours:0} hour, while a hundred others are listed, is listed again. A page may have fewer traces than `limit` and still name the next one. A parameter that does not
            exist is ignored.

            {Export.InWords} Sums that take too long break it off too.

            With `traceId` all other parameters but `projectId` are ignored, and the answer is that trace: {TraceTrees.InWords} This takes ids that no path can carry, such as `.`, too.
            """,
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, .. EventParameters.Times, .. EventParameters.Filters, Limit, EventParameters.Cursor, TraceId with { Description = "The id of the one trace that is wanted." }],
        Answers = [Found, TraceTrees.Found with { Description = "With `traceId`: the roots of its trees, the oldest first." }, Exported],
        Errors = [.. SessionGate.Errors, LumiqTrace.TraceNotFound().Error],
    };

    /// <summary>The id of a trace.</summary>
    internal static TextField TraceId => new("traceId", "The id of the trace.");

    /// <summary><c>GET /v1/traces</c>: traces, newest first, or one of them.</summary>
    [Function(Name)]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/traces")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = (await gate.EnterAsync(context, cancellationToken)).Id;
        var query = EventParameters.Open(context.Request);
        if (query.IsGiven(TraceId))
        {
            var traceId = query.Read(TraceId);
            query.Problems.Conclude();
            if (!await trees.TryAnswerAsync(context, project, traceId!, cancellationToken))
            {
                throw LumiqTrace.TraceNotFound();
            }

            return;
        }

        var filter = EventParameters.ReadFilter(query, time.GetUtcNow());
        var cursor = TraceCursor.Read(query);
        var limit = query.Number(Limit);
        query.Problems.Conclude();

        var listed = cursor?.Listed ?? new();
        if (Export.IsWanted(context.Request))
        {
            await export.WriteAsync(context, ReadAllAsync(project, filter, cursor, cancellationToken), cancellationToken);
            return;
        }

        var slice = await list.ReadAsync(project, filter, limit, cursor?.Place, listed, cancellationToken);
        var next = slice.Next is { } place ? new TraceCursor(place, listed).ToString() : null;
        await Found.WriteAsync(context, new(slice.Traces, next) { SumsAreExact = slice.IsExact ? null : false }, cancellationToken);
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(
        string project, EventFilter filter, TraceCursor? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listed = from?.Listed ?? new();
        for (RecordCursor? next = from?.Place; ;)
        {
            var slice = await list.ReadAsync(project, filter, TracesAtOnce, next, listed, cancellationToken);
            if (!slice.IsExact)
            {
                throw new TimeoutException("Summing up traces took too long.");
            }

            foreach (var trace in slice.Traces)
            {
                yield return Exported.BodyOf(trace);
            }

            if (slice.Next is null)
            {
                yield break;
            }

            next = slice.Next;
        }
    }
}

using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Live;
using Serverless.Runs.Engine;
using Serverless.Runs.Watching;
using Serverless.Workspaces;

namespace Serverless.Runs;

/// <summary>
/// <c>GET /v1/runs/live</c>: runs as they come and change, as server-sent events. Its name has to sort before that of <c>GET /v1/runs/{runId}</c>, which matches the same
/// path: the host tries routes in the order of names.
/// </summary>
public sealed class FollowRuns(LaminaEndpoint endpoint, RunFeed feed, TimeProvider time)
{
    private static readonly Answer Stream = new(200, "The stream: `ready` when it has begun, and then an event `run` for each run that is new or has changed, whose data is the run as it stands in the list.")
    {
        MediaType = EventStream.MediaType,
        Example =
            "retry: 1000\n\nevent: ready\ndata: {}\n\n"
            + "event: run\ndata: {\"runId\":\"fe5dffae-ab9b-8565-9083-05ae6380da4d\",\"workflowId\":\"echo\",\"status\":\"queued\",\"source\":\"api_app\",\"errorMessage\":null,\"startedAt\":null,\"completedAt\":null,\"createdAt\":\"2026-11-21T12:00:00.054Z\"}\n\n"
            + StreamRun.Ping,
    };

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(FollowRuns), "Streams runs as they come and change") with
    {
        Description =
            """
            Server-sent events. Whoever lists runs after `ready` has come misses nothing; a run that changes in that moment may come twice. There is a look at the runs every two
            seconds: of what a run goes through in between, the last state comes. With `status` or `appId`, a run comes when it fits. When more than 100 runs begin and end
            between two looks, the newest of them come. `ping` comes after 15 seconds of silence, with an empty object. The stream ends after ten minutes; a client that
            reconnects, as browsers do, begins with `ready` again.
            """,
        Query = [ListRuns.Status, ListRuns.AppId],
        Answers = [Stream],
    };

    /// <summary><c>GET /v1/runs/live</c>: runs as they come and change.</summary>
    [Function(nameof(FollowRuns))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/live")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
            var filter = ListRuns.ReadFilter(query);
            query.Problems.Conclude();
            using var follower = feed.Follow(caller.Account.Id);
            await new EventStream(StreamRun.Lifetime, StreamRun.Ping, time).WriteAsync(
                context.Response, () => WriteNewsAsync(context.Response, follower, filter, cancellationToken), cancellationToken);
        });

    // The first look is what all others are compared with.
    private static async Task<bool> WriteNewsAsync(HttpResponse response, SharedLooks<int, RunLook>.Follower follower, RunFilter filter, CancellationToken cancellationToken)
    {
        var known = follower.Place;
        var look = await follower.NextAsync(cancellationToken);
        follower.Place = look.Number;
        var news = known == int.MaxValue ? "event: ready\ndata: {}\n\n" : string.Concat(look.Since(known).Where(filter.Takes).Select(Event));
        await EventStream.WriteAsync(response, news, cancellationToken);
        return news.Length > 0;
    }

    private static string Event(RunSummary run) =>
        $"event: run\ndata: {Encoding.UTF8.GetString(JsonResponse.Body(ListedRun.Of(run), RunJson.Default.ListedRun).Span)}\n\n";
}

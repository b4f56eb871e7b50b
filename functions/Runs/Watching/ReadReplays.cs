using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Workspaces;

namespace Serverless.Runs.Watching;

/// <summary><c>GET /v1/runs/{runId}/replays</c>: the runs that replay a run, and what has become of them.</summary>
public sealed class ReadReplays(LaminaEndpoint endpoint, RunStore store, ReplayLog replays)
{
    private static readonly Answer<Answered<IEnumerable<ListedRun>>> Found = Answer.Json(200, "The replays, the newest first.", RunJson.Default.AnsweredIEnumerableListedRun);

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(ReadReplays), "Shows the replays of a run") with
    {
        Description = $"The newest {ReplayLog.MaxShown} of them, each as it stands in the list of runs. Replays of replays are shown with those.",
        Path = [RunLookup.InPath],
        Answers = [Found],
        Errors = [RunLookup.NotFound().Error],
    };

    /// <summary><c>GET /v1/runs/{runId}/replays</c>: the replays of a run.</summary>
    [Function(nameof(ReadReplays))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}/replays")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
            var found = await replays.ReadAsync(caller.Account.Id, run.Id, cancellationToken);
            await Found.WriteAsync(context, new(found.Select(ListedRun.Of)), cancellationToken);
        });
}

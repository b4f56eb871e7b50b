using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Workspaces;

namespace Serverless.Runs.Watching;

/// <summary><c>GET /v1/runs/{runId}/steps</c>: how far each step of a run is, and how it came to that.</summary>
public sealed class ReadSteps(LaminaEndpoint endpoint, RunStore store)
{
    private static readonly Answer<Answered<IEnumerable<StepAnswer>>> Found = Answer.Json(200, "The steps, in the order of the app.", RunJson.Default.AnsweredIEnumerableStepAnswer) with
    {
        Example =
            """
            {"data":[{"id":"echo","kind":"text","status":"completed","dependsOn":[],"readyAt":"2026-11-21T12:00:00.120Z","startedAt":"2026-11-21T12:00:00.121Z",
             "completedAt":"2026-11-21T12:00:00.130Z","dueAt":null,"isTakenOver":false,
             "tries":[{"number":1,"startedAt":"2026-11-21T12:00:00.121Z","completedAt":"2026-11-21T12:00:00.130Z","status":"completed","error":null}],
             "input":{"text":"{\"text\":\"Hello\"}","bytes":16,"isCut":false},"result":{"text":"Hello","bytes":5,"isCut":false},"error":null}]}
            """,
    };

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(ReadSteps), "Shows the steps of a run") with
    {
        Description =
            """
            Only the steps that are carried out: those that the chosen outputs rest on. What is new of a running step is there about half a second after it happened. Of what a step
            works on and of its result the first 4 KB are shown, with the size of the whole. Runs that were stored by earlier versions have no times of steps.
            """,
        Path = [RunLookup.InPath],
        Answers = [Found],
        Errors = [RunLookup.NotFound().Error],
    };

    /// <summary><c>GET /v1/runs/{runId}/steps</c>: the steps of a run.</summary>
    [Function(nameof(ReadSteps))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}/steps")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
            await Found.WriteAsync(context, new(StepAnswer.Of(run)), cancellationToken);
        });
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Runs.Watching;
using Serverless.Workspaces;

namespace Serverless.Runs;

/// <summary>Runs: to be looked at, to be cancelled, and to be deleted.</summary>
public sealed class RunEndpoints(LaminaEndpoint endpoint, RunStore store, RunEnding ending, RunRemoval removal)
{
    private static readonly Answer<Answered<RunAnswer>> Shown = Answer.Json(200, "The run, with its outputs as far as they are there.", RunJson.Default.AnsweredRunAnswer) with
    {
        Example =
            """
            {"data":{"runId":"fe5dffae-ab9b-8565-9083-05ae6380da4d","workflowId":"echo","status":"completed",
             "outputs":[{"id":"text","label":"Text","type":"text","value":"Hello","status":"completed","error":null}],
             "errorMessage":null,"startedAt":"2026-11-21T12:00:00.120Z","completedAt":"2026-11-21T12:00:00.131Z","createdAt":"2026-11-21T12:00:00.054Z",
             "progress":{"totalOutputs":1,"completedOutputs":1,"failedOutputs":0,"percentComplete":100}}}
            """,
    };

    private static readonly Answer Deleted = new(204, "It is deleted.");

    private static readonly ApiOperation GetOperation = Lamina.Operation("GetRun", "Shows a run") with
    {
        Description =
            """
            A run goes from `queued` to `running` to `completed`, `failed` or `cancelled`; an output from `pending` to `completed`, `error` or `cancelled`. When a step
            fails for good, what needs it is skipped and all else goes on; at the end the run is `failed`, and every output that is missing says why it is.
            """,
        Path = [RunLookup.InPath],
        Answers = [Shown],
        Errors = [RunLookup.NotFound().Error],
    };

    private static readonly ApiOperation CancelOperation = Lamina.Operation("CancelRun", "Ends a run") with
    {
        Description = "A run that has come to its end keeps that, and is shown. What a step that is under way still brings counts for nothing.",
        Path = [RunLookup.InPath],
        Answers = [Shown],
        Errors = [RunLookup.NotFound().Error, SessionCredential.HeaderRequired().Error],
    };

    private static readonly ApiOperation DeleteOperation = Lamina.Operation("DeleteRun", "Deletes a run that is over") with
    {
        Description = "With it goes the log of its deliveries; what has not been delivered by then is not delivered any more. What was used by it stays used.",
        Access = Access.Define,
        Path = [RunLookup.InPath],
        Answers = [Deleted],
        Errors = [RunLookup.NotFound().Error, UnderWay().Error, Contended().Error],
    };

    /// <summary><c>GET /v1/runs/{runId}</c>: how far a run is.</summary>
    [Function("GetRun")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, GetOperation, async (context, caller, cancellationToken) =>
        {
            var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
            await Shown.WriteAsync(context, new(RunAnswer.Of(run)), cancellationToken);
        });

    /// <summary><c>POST /v1/runs/{runId}/cancel</c>: ends a run; one that has come to its end keeps that.</summary>
    [Function("CancelRun")]
    public Task CancelAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/runs/{runId}/cancel")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, CancelOperation, async (context, caller, cancellationToken) =>
        {
            var run = (RunId.Parse(runId) is { } id ? await ending.CancelAsync(caller.Account.Id, id, cancellationToken) : null) ?? throw RunLookup.NotFound();
            await Shown.WriteAsync(context, new(RunAnswer.Of(run)), cancellationToken);
        });

    /// <summary><c>DELETE /v1/runs/{runId}</c>: deletes a run that is over, with its deliveries.</summary>
    [Function("DeleteRun")]
    public Task DeleteAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/runs/{runId}")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, DeleteOperation, async (context, caller, cancellationToken) =>
        {
            var id = RunId.Parse(runId) ?? throw RunLookup.NotFound();
            var refusal = await removal.DeleteAsync(caller.Account.Id, id, cancellationToken) switch
            {
                RunDeletion.Deleted => null,
                RunDeletion.UnderWay => UnderWay(),
                RunDeletion.Contended => Contended(),
                _ => RunLookup.NotFound(),
            };
            if (refusal is not null)
            {
                throw refusal;
            }

            Deleted.Write(context);
        });

    private static ApiException UnderWay() =>
        new(new(StatusCodes.Status409Conflict, "CONFLICT", "The run is still under way: cancel it first, or wait for its end"));

    private static ApiException Contended() => Lamina.Unavailable("Many runs are being deleted at once, please try again");
}

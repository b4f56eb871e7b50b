using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Watching;
using Serverless.Tenancy;
using Serverless.Workspaces;

namespace Serverless.Runs;

/// <summary><c>POST /v1/runs/{runId}/replay</c>: runs a run once more, all of it or from a step on.</summary>
public sealed class ReplayRun(LaminaEndpoint endpoint, RunStore store, AcceptOnce once, RunSubmission submission)
{
    private const int MaxBodyBytes = 4 * 1024;

    private static readonly TextField From = new("from", "The id of the step to begin with; the whole run without it.") { MinLength = 1, MaxLength = 64 };

    private static readonly Answer<Answered<AcceptedRun>> Accepted = Answer.Json(202, "The new run is accepted, and will come to its end.", RunJson.Default.AnsweredAcceptedRun) with
    {
        Headers = [IdempotencyKey.Replayed],
    };

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(ReplayRun), "Runs a run once more") with
    {
        Description =
            """
            The new run is of the app as the old one had it, with the same inputs and the same choice of outputs, and its end is reported to the same address. With `from`, that step and
            all that wait for it are done anew, and so is whatever the old run has not done; all other results are taken over. A run that is under way can be run once more from its
            beginning, and not from a step. Addresses among the inputs are not looked at again. Under an `Idempotency-Key` a repetition names the same run.
            """,
        Path = [RunLookup.InPath],
        Headers = [LaminaAdmission.Workspace, IdempotencyKey.Field],
        Body = new(MaxBodyBytes, From) { IsRequired = false, Example = """{"from":"echo"}""" },
        Answers = [Accepted],
        Errors = [.. IdempotencyKey.Errors, RunLookup.NotFound().Error, UnderWay().Error],
    };

    /// <summary><c>POST /v1/runs/{runId}/replay</c>: runs a run once more.</summary>
    [Function(nameof(ReplayRun))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/runs/{runId}/replay")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var workspace = caller.Account;
            using var idempotent = await once.FindAsync(context, workspace.Id);
            var body = await RequestReader.OfBodyAsync(request, Operation.Body!, new LaminaProblems("Invalid request body"), cancellationToken);
            var from = body.Read(From);
            body.Problems.Conclude();
            await once.AnswerAsync(context, idempotent, from ?? "", Accepted, id => PrepareAsync(id, workspace, runId, from, body, cancellationToken), cancellationToken);
        });

    private async Task<Acceptance<Answered<AcceptedRun>>> PrepareAsync(
        RunId id, Account workspace, string runId, string? from, RequestReader body, CancellationToken cancellationToken)
    {
        var run = await store.RequireAsync(workspace.Id, runId, cancellationToken);
        if (from is not null && !run.Steps.ContainsKey(from))
        {
            body.Complain(From, "unknown_step", $"there is no step \"{from}\"");
            body.Problems.Conclude();
        }

        if (from is not null && !run.IsTerminal)
        {
            throw UnderWay();
        }

        var replay = RunReplay.Of(run, id, workspace.HasWebhookEndpoints, from);
        return new(new(AcceptedRun.Of(replay)), () => submission.AcceptAsync(replay));
    }

    private static ApiException UnderWay() =>
        new(new(StatusCodes.Status409Conflict, "CONFLICT", "The run is still under way: wait for its end, or replay it from its beginning"));
}

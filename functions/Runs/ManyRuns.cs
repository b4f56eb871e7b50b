using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Watching;
using Serverless.Tenancy;
using Serverless.Workspaces;

namespace Serverless.Runs;

/// <summary>
/// <c>POST /v1/runs/replay</c> and <c>/v1/runs/cancel</c>: many runs at once. The request finds out which, and sends one message that names them; whoever gets that does the
/// work. So it is answered as quickly for a thousand runs as for one, and what the answer says is done, whatever process dies.
/// </summary>
public sealed class ManyRuns(LaminaEndpoint endpoint, RunList list, RunCounter counter, AcceptOnce once, RunQueue queue)
{
    private const int MaxBodyBytes = 4 * 1024;

    private static readonly OptionField StatusUnderWay = ListRuns.Status with { Options = [.. RunWords.RunStatuses.Where(word => !RunWords.RunStatusOf(word)!.Value.IsTerminal())] };

    private static readonly Answer<Answered<ManyRunsAnswer>> Accepted = Answer.Json(202, "It is done to all of them before long.", ManyRunsJson.Default.AnsweredManyRunsAnswer) with
    {
        Headers = [IdempotencyKey.Replayed],
        Example = """{"data":{"count":1000,"nextCursor":"ZmU1ZGZmYWUtYWI5Yi04NTY1LTkwODMtMDVhZTYzODBkYTRk"}}""",
    };

    private static readonly ApiOperation ReplayOperation = Operation("ReplayRuns", "Runs many runs once more", ListRuns.Status) with
    {
        Description =
            $"""
            Each run that fits is run once more, from its beginning. {InWords} Runs that are accepted while this goes on are not among them, so that no replay is replayed.
            """,
    };

    private static readonly ApiOperation CancelOperation = Operation("CancelRuns", "Ends many runs", StatusUnderWay) with
    {
        Description = $"Each run that fits and has not come to its end is ended. {InWords}",
    };

    private static string InWords =>
        $"An empty body means all. The newest {RunBatch.MaxRuns:N0} runs are taken, and no more than {RunList.MaxRowsRead:N0} are looked at: `nextCursor` says that there may be others, and is the `cursor` "
        + "of a request for these. The answer comes at once, and the work follows. A run that is deleted meanwhile is left out. Under an `Idempotency-Key` a repetition gets the same answer, and nothing is done twice.";

    /// <summary><c>POST /v1/runs/replay</c>: runs many runs once more.</summary>
    [Function("ReplayRuns")]
    public Task ReplayAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/runs/replay")] HttpRequest request) => ServeAsync(request, ReplayOperation, RunAction.Replay);

    /// <summary><c>POST /v1/runs/cancel</c>: ends many runs.</summary>
    [Function("CancelRuns")]
    public Task CancelAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/runs/cancel")] HttpRequest request) => ServeAsync(request, CancelOperation, RunAction.Cancel);

    private static ApiOperation Operation(string name, string summary, OptionField status) => Lamina.Operation(name, summary) with
    {
        Headers = [LaminaAdmission.Workspace, IdempotencyKey.Field],
        Body = new(MaxBodyBytes, status, ListRuns.AppId, ListRuns.Since, ListRuns.Until, Paging.Cursor) { IsRequired = false, Example = """{"status":"queued","since":"2026-11-21T12:00:00Z"}""" },
        Answers = [Accepted],
        Errors = IdempotencyKey.Errors,
    };

    private Task ServeAsync(HttpRequest request, ApiOperation operation, RunAction action) =>
        endpoint.ServeAsync(request, operation, async (context, caller, cancellationToken) =>
        {
            var workspace = caller.Account;
            using var idempotent = await once.FindAsync(context, workspace.Id);
            var json = await JsonBody.ReadElementAsync(request, MaxBodyBytes, cancellationToken);
            var body = new RequestReader(json, new LaminaProblems("Invalid request body"));
            var status = body.Read((OptionField)operation.Body!.Fields[0]);
            var filter = new RunFilter(status is null ? null : RunWords.RunStatusOf(status), body.Read(ListRuns.AppId), body.Read(ListRuns.Since))
            {
                Until = body.Read(ListRuns.Until),
                IsUnderWay = action == RunAction.Cancel,
            };
            var after = RunCursor.Read(body)?.Last;
            body.Problems.Conclude();
            await once.AnswerAsync(
                context, idempotent, json.GetRawText(), Accepted, id => PrepareAsync(id, workspace, action, filter, after, cancellationToken), cancellationToken);
        });

    private async Task<Acceptance<Answered<ManyRunsAnswer>>> PrepareAsync(
        RunId id, Account workspace, RunAction action, RunFilter filter, RunId? after, CancellationToken cancellationToken)
    {
        // A repetition finds none that came after the first request.
        var until = filter.Until < id.CreatedAt ? filter.Until : id.CreatedAt;
        var isCounted = filter.IsUnderWay && await counter.CountAsync(workspace.Id, appId: null, cancellationToken) is not null;
        var slice = await list.ReadAsync(workspace.Id, filter with { Until = until }, new(after, 0, RunBatch.MaxRuns), isCounted, cancellationToken);
        var batch = new RunBatch(workspace.Id, id, action, [.. slice.Runs.Select(run => run.Id)]) { IsAnnounced = workspace.HasWebhookEndpoints };
        return new(
            new(new(batch.Runs.Count, slice.Last is { } last ? new RunCursor(last, Total: null).Write() : null)),
            () => batch.Runs.Count == 0 ? Task.CompletedTask : queue.SendAsync(batch));
    }
}

/// <summary>How many runs something is done to.</summary>
internal sealed record ManyRunsAnswer(
    [property: Description("How many runs it is done to.")] int Count,
    [property: Description("The `cursor` of a request for others; null when these are all.")] string? NextCursor);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<ManyRunsAnswer>))]
internal sealed partial class ManyRunsJson : JsonSerializerContext;

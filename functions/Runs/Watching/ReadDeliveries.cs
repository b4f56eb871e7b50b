using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Webhooks.Deliveries;
using Serverless.Workspaces;

namespace Serverless.Runs.Watching;

/// <summary><c>GET /v1/runs/{runId}/deliveries</c>: every try to deliver the webhook of a run.</summary>
public sealed class ReadDeliveries(LaminaEndpoint endpoint, RunStore store, MessageDeliveries deliveries, EarlierDeliveries earlier)
{
    private static readonly Answer<Answered<IEnumerable<DeliveryTryAnswer>>> Found = Answer.Json(200, "The tries, the first one first.", TryJson.Default.AnsweredIEnumerableDeliveryTryAnswer);

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(ReadDeliveries), "Shows every try to report the end of a run") with
    {
        Description =
            """
            A try is in the log before it leaves: it is `unknown` while it is under way, and stays so if a process died over it. Then it may not have left, and is made
            once more, in an entry of its own with the same `attempt`. What is logged as delivered is not sent again.
            """,
        Path = [RunLookup.InPath],
        Answers = [Found],
        Errors = [RunLookup.NotFound().Error],
    };

    /// <summary><c>GET /v1/runs/{runId}/deliveries</c>: the tries to deliver a run's webhook.</summary>
    [Function(nameof(ReadDeliveries))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}/deliveries")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
            await Found.WriteAsync(context, new(await ReadAsync(run, cancellationToken)), cancellationToken);
        });

    private async Task<IEnumerable<DeliveryTryAnswer>> ReadAsync(Run run, CancellationToken cancellationToken)
    {
        if (run.CompletedAt is not { } end || !run.IsReported)
        {
            return [];
        }

        var found = await deliveries.FindAsync(run.Workspace, end, run.Id.Text, run.IsAnnounced, cancellationToken);
        var tries = found.SelectMany(delivery => delivery.Tries.Select(each => DeliveryTryAnswer.Of(each, delivery.Endpoint)));
        return run.WebhookUrl is null || found.Any(delivery => delivery.Endpoint == Delivery.OneMessage)
            ? tries.OrderBy(each => each.At)
            : await earlier.ReadAsync(run.Workspace, run.Id.Text, cancellationToken).Select(each => DeliveryTryAnswer.Of(each, Delivery.OneMessage)).Concat(tries.ToAsyncEnumerable()).ToListAsync(cancellationToken);
    }
}

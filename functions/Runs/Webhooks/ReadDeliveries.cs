using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Watching;
using Serverless.Workspaces;

namespace Serverless.Runs.Webhooks;

/// <summary><c>GET /v1/runs/{runId}/deliveries</c>: every try to deliver the webhook of a run.</summary>
public sealed class ReadDeliveries(LaminaEndpoint endpoint, RunStore store, DeliveryLog deliveries)
{
    private static readonly Answer<Answered<IEnumerable<DeliveryAnswer>>> Found = Answer.Json(200, "The tries, the first one first.", DeliveryJson.Default.AnsweredIEnumerableDeliveryAnswer);

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(ReadDeliveries), "Shows every try to deliver the webhook of a run") with
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
            var tries = await deliveries.ReadAsync(caller.Account.Id, run.Id, cancellationToken).ToListAsync(cancellationToken);
            await Found.WriteAsync(context, new(tries.Select(DeliveryAnswer.Of)), cancellationToken);
        });
}

/// <summary>A try to deliver a webhook.</summary>
internal sealed record DeliveryAnswer(
    [property: Description("Which try, from 1.")] int Attempt,
    [property: Description("When it began.")] DateTime At,
    [property: Description("Whether the receiver has taken it.")] bool Delivered,
    [property: Description("What came of it: `delivered`, `failed` or `unknown`.")] string Outcome,
    [property: Description("The status of the receiver's answer; null when there was none.")] int? Status,
    [property: Description("Why it failed; null when it did not.")] string? Error,
    [property: Description("How long it took; null while its end is not known.")] long? DurationMs,
    [property: Description("When the next try is due; null when there is none.")] DateTime? NextAttemptAt)
{
    /// <summary>What is said of a try.</summary>
    public static DeliveryAnswer Of(Delivery delivery) => new(
        delivery.Attempt,
        delivery.At.UtcDateTime,
        delivery.Outcome == DeliveryOutcome.Delivered,
        OutcomeOf(delivery),
        delivery.Status,
        delivery.Error,
        (long?)delivery.Duration?.TotalMilliseconds,
        delivery.NextAt?.UtcDateTime);

    private static string OutcomeOf(Delivery delivery) => delivery.Outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Failed => "failed",
        _ => "unknown",
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<IEnumerable<DeliveryAnswer>>))]
internal sealed partial class DeliveryJson : JsonSerializerContext;

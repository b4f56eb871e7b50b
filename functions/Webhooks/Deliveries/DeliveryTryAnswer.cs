using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Http;

namespace Serverless.Webhooks.Deliveries;

/// <summary>What is said of a try to deliver a message.</summary>
internal sealed record DeliveryTryAnswer(
    [property: Description("Which try, from 1.")] int Attempt,
    [property: Description("When it began.")] DateTime At,
    [property: Description("Whether the receiver has taken it.")] bool Delivered,
    [property: Description("What came of it: `delivered`, `failed` or `unknown`.")] string Outcome,
    [property: Description("The status of the receiver's answer; null when there was none.")] int? Status,
    [property: Description("Why it failed; null when it did not.")] string? Error,
    [property: Description("How long it took; null while its end is not known.")] long? DurationMs,
    [property: Description("When the next try is due; null when there is none.")] DateTime? NextAttemptAt,
    [property: Description("The endpoint; null for the address of `webhook`.")] string? EndpointId,
    [property: Description("The beginning of the receiver's answer, as text, up to 1 KB; null when there was nothing in it.")] string? Answer)
{
    /// <summary>What is said of a try.</summary>
    /// <param name="each">The try.</param>
    /// <param name="endpoint">The receiver.</param>
    public static DeliveryTryAnswer Of(DeliveryTry each, string endpoint) => new(
        each.Attempt,
        each.At.UtcDateTime,
        each.Outcome == TryOutcome.Delivered,
        OutcomeOf(each),
        each.Status,
        each.Error,
        (long?)each.Duration?.TotalMilliseconds,
        each.NextAt?.UtcDateTime,
        endpoint == Delivery.OneMessage ? null : endpoint,
        each.Answer);

    private static string OutcomeOf(DeliveryTry each) => each.Outcome switch
    {
        TryOutcome.Delivered => "delivered",
        TryOutcome.Failed => "failed",
        _ => "unknown",
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<IEnumerable<DeliveryTryAnswer>>))]
internal sealed partial class TryJson : JsonSerializerContext;

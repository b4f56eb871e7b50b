using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Json;
using Serverless.Workspaces;

namespace Serverless.Webhooks.Deliveries;

/// <summary>What is said of a delivery.</summary>
internal sealed record DeliveryAnswer(
    [property: Description("Its id.")] string DeliveryId,
    [property: Description("The endpoint; null for the `webhook` of a run.")] string? EndpointId,
    [property: Description("The id of the message, as `webhook-id` has it.")] string MessageId,
    [property: Description("What has happened, such as `run.completed`; `webhook.test` for a test.")] string Type,
    [property: Description("When it happened.")] DateTime HappenedAt,
    [property: Description("How far it is: `pending`, `delivered` or `failed`.")] string State,
    [property: Description("Why there are no more tries, where that is not because all were made; else null.")] string? Reason,
    [property: Description("When the next try is due; null when none is.")] DateTime? NextAttemptAt,
    [property: Description("The tries, the first one first.")] IEnumerable<DeliveryTryAnswer> Tries)
{
    /// <summary>What is sent, where a delivery is shown alone.</summary>
    [Description("What is sent, where the delivery is shown alone; null when it is not there any more."), Shape(Lamina.MessageShape)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Body { get; init; }

    /// <summary>What is said of a delivery.</summary>
    public static DeliveryAnswer Of(Delivery delivery) => new(
        delivery.Id,
        delivery.Endpoint == Delivery.OneMessage ? null : delivery.Endpoint,
        $"msg_{delivery.MessageId}",
        delivery.Type,
        delivery.HappenedAt.UtcDateTime,
        DeliveryWords.Of(delivery.State),
        delivery.EndReason,
        delivery.NextAt?.UtcDateTime,
        delivery.Tries.Select(each => DeliveryTryAnswer.Of(each, delivery.Endpoint)));
}

/// <summary>What can be done about deliveries, in words.</summary>
internal static class DeliveryWords
{
    private static readonly Dictionary<string, DeliveryState> States = Enum.GetValues<DeliveryState>().ToDictionary(Of, StringComparer.Ordinal);

    /// <summary>The words.</summary>
    public static IReadOnlyCollection<string> All => States.Keys;

    /// <summary>How far a delivery is, in a word.</summary>
    public static string Of(DeliveryState state) => state.ToString().ToLowerInvariant();

    /// <summary>What a word says; null for no word.</summary>
    public static DeliveryState? Read(string? word) => word is null ? null : States[word];
}

/// <summary>A delivery that was asked for.</summary>
internal sealed record AskedDelivery([property: Description("The id of the delivery. It is shown once its try has begun.")] string DeliveryId);

/// <summary>How many messages are sent again.</summary>
internal sealed record ReplayedMessages(
    [property: Description("How many messages it is sent.")] int Count,
    [property: Description("Whether there are more: the same request once these have arrived takes the next.")] bool HasMore);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<DeliveryAnswer>))]
[JsonSerializable(typeof(Page<DeliveryAnswer>))]
[JsonSerializable(typeof(Answered<AskedDelivery>))]
[JsonSerializable(typeof(Answered<ReplayedMessages>))]
internal sealed partial class DeliveryJson : JsonSerializerContext;

using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Webhooks.Deliveries;

namespace Serverless.Webhooks.Endpoints;

/// <summary>What is said of an endpoint.</summary>
internal sealed record EndpointAnswer(
    [property: Description("Its id.")] string EndpointId,
    [property: Description("The address.")] string Url,
    [property: Description("What it is told of.")] IReadOnlyList<string> Events,
    [property: Description("What it is for; null for nothing.")] string? Description,
    [property: Description("Whether it is told at all.")] bool Active,
    [property: Description("Why it was switched off by itself; null where it was not.")] string? SwitchedOffReason,
    [property: Description("Since when it has only failed; null when its last delivery succeeded, or there was none.")] DateTime? FailingSince,
    [property: Description("Until when messages are signed with the secret of before, too; null when they are not.")] DateTime? PreviousSecretUntil,
    [property: Description("When it was made.")] DateTime CreatedAt)
{
    /// <summary>The secret, where it may be shown.</summary>
    [Description("Its secret: when it is made, and when it is rotated.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>How well it does, where that is looked at.</summary>
    [Description("How well it does; where it is shown alone.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthAnswer? Health { get; init; }

    /// <summary>What is said of an endpoint.</summary>
    public static EndpointAnswer Of(WebhookEndpoint endpoint, DateTimeOffset now) => new(
        endpoint.Id,
        endpoint.Url,
        endpoint.Events,
        endpoint.Description,
        endpoint.IsActive,
        endpoint.SwitchedOffReason,
        endpoint.FailingSince?.UtcDateTime,
        endpoint.PreviousSecretUntil > now ? endpoint.PreviousSecretUntil.Value.UtcDateTime : null,
        endpoint.CreatedAt.UtcDateTime);
}

/// <summary>How well an endpoint does, by its last deliveries.</summary>
internal sealed record HealthAnswer(
    [property: Description("How many of its last 100 deliveries have come to their end.")] int Deliveries,
    [property: Description("How many of these it has taken, from 0 to 1; null when there are none.")] double? SuccessShare,
    [property: Description("How long their last tries took, the median; null when there are none.")] long? MedianMs,
    [property: Description("The same, the 95th percentile.")] long? P95Ms)
{
    /// <summary>How many deliveries are looked at.</summary>
    public const int Window = 100;

    /// <summary>What is said of figures.</summary>
    public static HealthAnswer Of(IReadOnlyList<DeliveryFigure> figures)
    {
        var ended = figures.Where(figure => figure.State != DeliveryState.Pending).ToList();
        var durations = ended.Select(figure => figure.DurationMs).OfType<long>().Order().ToList();
        return new(
            ended.Count,
            ended.Count == 0 ? null : (double)ended.Count(figure => figure.State == DeliveryState.Delivered) / ended.Count,
            At(durations, 0.5),
            At(durations, 0.95));
    }

    private static long? At(List<long> sorted, double share) => sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<EndpointAnswer>))]
[JsonSerializable(typeof(Page<EndpointAnswer>))]
internal sealed partial class EndpointJson : JsonSerializerContext;

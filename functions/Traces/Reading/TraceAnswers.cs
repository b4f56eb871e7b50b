using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Serverless.Traces.Reading;

/// <summary>A page of traces.</summary>
internal sealed record TracePage(
    [property: Description("The traces, the newest first.")] IEnumerable<ListedTrace> Traces,
    [property: Description("Where the next page begins; null when this is the last."), JsonPropertyName("nextCursor")] string? NextCursor)
{
    /// <summary>False when spans may be missing in the sums.</summary>
    [Description("False when summing up took more than 20 seconds, so that spans may be missing; absent otherwise.")]
    [JsonPropertyName("sumsAreExact"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SumsAreExact { get; init; }
}

/// <summary>What a list says of a trace.</summary>
internal sealed record ListedTrace(
    [property: Description("The trace.")] string TraceId,
    [property: Description("When its first span began.")] DateTime StartedAt,
    [property: Description("When its last span ended.")] DateTime EndedAt,
    [property: Description("How long that is, in milliseconds.")] decimal DurationMs,
    [property: Description("Its oldest span without a parent; where all have one, its oldest span.")] TraceRoot Root,
    [property: Description("The models of its spans by name, twenty at most.")] IEnumerable<string> Models,
    [property: Description("How many spans it has.")] long Spans,
    [property: Description("How many of them failed: `error`, `timeout` and `rate_limited`.")] long Errors,
    [property: Description("`success`, unless a span ended otherwise: then the worst of `error`, `timeout`, `rate_limited` and `cancelled`, in this order.")] string Status,
    [property: Description("The tokens sent.")] long InputTokens,
    [property: Description("The tokens received.")] long OutputTokens,
    [property: Description("The tokens sent that came from a cache.")] long CachedTokens,
    [property: Description("What it cost, in US dollars; null when that is known of no span.")] decimal? CostUsd,
    [property: Description("Where it happened, by its oldest span that says so; null when none does.")] string? Environment,
    [property: Description("Whom it was done for, likewise.")] string? UserId,
    [property: Description("The session it is part of, likewise.")] string? SessionId,
    [property: Description("How many of its spans cost what nobody knows: `cost_usd` is without them.")] long UnpricedRequests);

/// <summary>The span that a trace begins with.</summary>
internal sealed record TraceRoot(
    [property: Description("The span.")] string SpanId,
    [property: Description("What the model was asked for.")] string Operation,
    [property: Description("The model.")] string Model,
    [property: Description("Who runs it.")] string Provider);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TracePage))]
[JsonSerializable(typeof(ListedTrace))]
internal sealed partial class TraceListJson : JsonSerializerContext;

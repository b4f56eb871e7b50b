using System.Text.Json.Serialization;

namespace Serverless.Traces.Figures;

/// <summary>A cell of <see cref="HourFigures"/> as it is kept: a line of JSON.</summary>
internal sealed record StoredCell(string Model, string Environment, StoredFigures Figures);

/// <summary>Five minutes of <see cref="FiveMinuteFigures"/> as they are kept: a line of JSON.</summary>
internal sealed record StoredFiveMinutes(long Number, StoredFigures Figures);

/// <summary><see cref="EventFigures"/> as they are kept. Times are in ms.</summary>
/// <param name="Requests">How many events there are of each status.</param>
/// <param name="Cost">What they cost.</param>
/// <param name="Latency">How long they took.</param>
/// <param name="Ttft">How long the first tokens took.</param>
/// <param name="TtftCount">How many events say so.</param>
/// <param name="InputTokens">The tokens sent.</param>
/// <param name="OutputTokens">The tokens received.</param>
/// <param name="CachedTokens">The tokens sent that were cached.</param>
/// <param name="TimedTokens">The tokens received of events that took time.</param>
/// <param name="Timed">How long those took that received tokens.</param>
/// <param name="Latencies">How the latencies are distributed.</param>
/// <param name="Unpriced">How many events should have a cost, and have none; null when the version before has counted, which did not tell them apart.</param>
internal sealed record StoredFigures(
    IReadOnlyList<long> Requests,
    decimal Cost,
    decimal Latency,
    decimal Ttft,
    long TtftCount,
    long InputTokens,
    long OutputTokens,
    long CachedTokens,
    long TimedTokens,
    decimal Timed,
    LatencySketch Latencies,
    long? Unpriced = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OverviewReport))]
[JsonSerializable(typeof(CostReport))]
[JsonSerializable(typeof(PerformanceReport))]
[JsonSerializable(typeof(AnomaliesAnswer))]
[JsonSerializable(typeof(StoredCell))]
[JsonSerializable(typeof(StoredFiveMinutes))]
internal sealed partial class FigureJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Serverless.Traces.Ai;

/// <summary>Figures of a project over a stretch of time: all that a language model gets to know of it.</summary>
/// <param name="Start">When the time begins, in UTC.</param>
/// <param name="End">When it ends.</param>
/// <param name="Totals">The figures of all calls.</param>
/// <param name="Models">The figures of each model.</param>
/// <param name="Days">The cost of each day.</param>
public sealed record ProjectAggregates(
    DateTime Start, DateTime End, AggregateFigures Totals, IReadOnlyList<ModelAggregates> Models, IReadOnlyList<DayAggregates> Days);

/// <summary>Figures of calls.</summary>
/// <param name="Requests">How many there were.</param>
/// <param name="Errors">How many of them failed.</param>
/// <param name="Cost">What they cost, in US dollars.</param>
/// <param name="AverageLatency">How long one took, in milliseconds; null when there was none.</param>
/// <param name="InputTokens">The tokens that models read.</param>
/// <param name="OutputTokens">The tokens that models wrote.</param>
/// <param name="CachedTokens">The tokens read that came from a cache.</param>
/// <param name="UnpricedRequests">How many of them cost what nobody knows.</param>
public record AggregateFigures(
    long Requests,
    long Errors,
    decimal Cost,
    [property: JsonPropertyName("avgLatency"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? AverageLatency,
    long InputTokens,
    long OutputTokens,
    long CachedTokens,
    long UnpricedRequests);

/// <summary>The figures of one model.</summary>
public sealed record ModelAggregates : AggregateFigures
{
    /// <summary>Adds a name to figures.</summary>
    public ModelAggregates(string model, AggregateFigures figures)
        : base(figures) => Model = model;

    /// <summary>Its name, as clients wrote it.</summary>
    [JsonPropertyOrder(-1)]
    public string Model { get; }
}

/// <summary>The cost of one day.</summary>
/// <param name="Date">The day, in UTC.</param>
/// <param name="Cost">What its calls cost, in US dollars.</param>
public sealed record DayAggregates(DateOnly Date, decimal Cost);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProjectAggregates))]
[JsonSerializable(typeof(AskAnswer))]
internal sealed partial class AskJson : JsonSerializerContext;

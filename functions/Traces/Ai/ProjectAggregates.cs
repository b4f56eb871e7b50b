using System.Text.Json;

namespace Serverless.Traces.Ai;

/// <summary>Figures of a project over a stretch of time: all that a language model gets to know of it.</summary>
/// <param name="Start">When the time begins.</param>
/// <param name="End">When it ends.</param>
/// <param name="Totals">The figures of all calls.</param>
/// <param name="Models">The figures of each model.</param>
/// <param name="Days">The cost of each day.</param>
public sealed record ProjectAggregates(
    DateTimeOffset Start, DateTimeOffset End, AggregateFigures Totals, IReadOnlyList<ModelAggregates> Models, IReadOnlyList<DayAggregates> Days)
{
    /// <summary>Writes the time as two properties of an object.</summary>
    public void WriteRange(Utf8JsonWriter writer)
    {
        writer.WriteString("start", Start.UtcDateTime);
        writer.WriteString("end", End.UtcDateTime);
    }
}

/// <summary>Figures of calls.</summary>
/// <param name="Requests">How many there were.</param>
/// <param name="Errors">How many of them failed.</param>
/// <param name="Cost">What they cost, in US dollars.</param>
/// <param name="AverageLatency">How long one took, in milliseconds; null when there was none.</param>
/// <param name="InputTokens">The tokens that models read.</param>
/// <param name="OutputTokens">The tokens that models wrote.</param>
/// <param name="CachedTokens">The tokens read that came from a cache.</param>
public sealed record AggregateFigures(
    long Requests, long Errors, decimal Cost, decimal? AverageLatency, long InputTokens, long OutputTokens, long CachedTokens);

/// <summary>The figures of one model.</summary>
/// <param name="Model">Its name, as clients wrote it.</param>
/// <param name="Figures">The figures of its calls.</param>
public sealed record ModelAggregates(string Model, AggregateFigures Figures);

/// <summary>The cost of one day.</summary>
/// <param name="Date">The day, in UTC.</param>
/// <param name="Cost">What its calls cost, in US dollars.</param>
public sealed record DayAggregates(DateOnly Date, decimal Cost);

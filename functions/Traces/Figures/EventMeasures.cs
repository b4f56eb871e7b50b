using System.Text.Json;
using Serverless.Traces.Events;

namespace Serverless.Traces.Figures;

/// <summary>What the figures need of one event.</summary>
internal readonly record struct EventMeasures
{
    /// <summary>When it happened, in ticks, UTC.</summary>
    public required long Ticks { get; init; }

    /// <summary>How it ended: a place in <see cref="EventStatuses.Names"/>.</summary>
    public required int Status { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The environment; empty when the event names none.</summary>
    public required string Environment { get; init; }

    /// <summary>The trace it belongs to.</summary>
    public required string TraceId { get; init; }

    /// <summary>The user it was for; empty when the event names none.</summary>
    public required string UserId { get; init; }

    /// <summary>The session it is part of; empty when the event names none.</summary>
    public required string SessionId { get; init; }

    /// <summary>How long the call took, in ms, 0 to 1e9, with 6 digits of fraction.</summary>
    public required decimal LatencyMs { get; init; }

    /// <summary>How long the first token took, in ms, 0 to 1e9, with 6 digits of fraction; null when the event does not say.</summary>
    public decimal? TtftMs { get; init; }

    /// <summary>What the call cost, in USD, 0 to 1e6, with 12 digits of fraction; null when the event does not say.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>The tokens sent, 0 to 2,147,483,647; null when the event does not say.</summary>
    public long? InputTokens { get; init; }

    /// <summary>The tokens received, 0 to 2,147,483,647; null when the event does not say.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>The tokens sent that were cached, 0 to 2,147,483,647; null when the event does not say.</summary>
    public long? CachedTokens { get; init; }

    /// <summary>Whether it should have a cost, and has none: what it cost is not known.</summary>
    public bool IsUnpriced { get; init; }

    /// <summary>Reads a stored event, in one pass.</summary>
    /// <param name="line">The line of <see cref="StoredEvent"/>.</param>
    public static EventMeasures Read(ReadOnlySpan<byte> line)
    {
        var (ticks, status) = new StoredEvent(line).ReadTimeAndStatus();
        var (model, environment, traceId, userId, sessionId) = ("", "", "", "", "");
        var latency = 0m;
        decimal? ttft = null, cost = null;
        long? input = null, output = null, cached = null;
        ReadOnlySpan<byte> operation = default;
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = EventFields.Find(ref reader);
            reader.Read();
            switch (field)
            {
                case EventField.Model:
                    model = reader.GetString()!;
                    break;
                case EventField.Environment:
                    environment = reader.GetString()!;
                    break;
                case EventField.TraceId:
                    traceId = reader.GetString()!;
                    break;
                case EventField.UserId:
                    userId = reader.GetString()!;
                    break;
                case EventField.SessionId:
                    sessionId = reader.GetString()!;
                    break;
                case EventField.LatencyMs:
                    latency = Milliseconds(ref reader);
                    break;
                case EventField.Operation:
                    operation = reader.ValueSpan;
                    break;
                case EventField.TtftMs:
                    ttft = Milliseconds(ref reader);
                    break;
                case EventField.CostUsd:
                    cost = JsonDecimal.Parse(reader.ValueSpan, fractionDigits: 12);
                    break;
                case EventField.InputTokens:
                    input = Tokens(ref reader);
                    break;
                case EventField.OutputTokens:
                    output = Tokens(ref reader);
                    break;
                case EventField.CachedTokens:
                    cached = Tokens(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new()
        {
            Ticks = ticks,
            Status = status,
            Model = model,
            Environment = environment,
            TraceId = traceId,
            UserId = userId,
            SessionId = sessionId,
            LatencyMs = latency,
            TtftMs = ttft,
            CostUsd = cost,
            InputTokens = input,
            OutputTokens = output,
            CachedTokens = cached,
            IsUnpriced = cost is null && CostSources.IsExpected(operation, hasTokens: (input ?? output ?? cached) is not null),
        };
    }

    private static decimal Milliseconds(ref readonly Utf8JsonReader reader) => JsonDecimal.Parse(reader.ValueSpan, fractionDigits: 6);

    private static long Tokens(ref readonly Utf8JsonReader reader) => (long)JsonDecimal.Parse(reader.ValueSpan, fractionDigits: 0);
}

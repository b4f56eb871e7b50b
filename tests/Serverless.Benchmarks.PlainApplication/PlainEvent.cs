using Azure.Data.Tables;

namespace Serverless.Benchmarks.Plain;

/// <summary>An LLM event, as <c>JsonSerializer</c> reads it: the fields of the samples.</summary>
internal sealed record PlainEvent
{
    private static readonly string[] Providers = ["openai", "anthropic", "google", "custom"];
    private static readonly string[] Operations = ["chat", "embed", "tool", "agent", "custom"];
    private static readonly string[] Statuses = ["success", "error", "timeout", "rate_limited", "cancelled"];

    public Guid EventId { get; init; }

    public string? TraceId { get; init; }

    public string? SpanId { get; init; }

    public DateTimeOffset? Timestamp { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    public string? Operation { get; init; }

    public double? LatencyMs { get; init; }

    public string? Status { get; init; }

    public double? TtftMs { get; init; }

    public double? CostUsd { get; init; }

    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public string? FinishReason { get; init; }

    public string? Environment { get; init; }

    public string? UserId { get; init; }

    public string? SdkVersion { get; init; }

    /// <summary>Whether the event is acceptable.</summary>
    public bool IsValid() =>
        EventId != Guid.Empty
        && TraceId is { Length: >= 1 and <= 128 }
        && SpanId is { Length: >= 1 and <= 128 }
        && Timestamp is not null
        && Providers.Contains(Provider)
        && Model is { Length: >= 1 and <= 256 }
        && Operations.Contains(Operation)
        && LatencyMs is >= 0
        && Statuses.Contains(Status)
        && TtftMs is null or >= 0
        && CostUsd is null or >= 0
        && InputTokens is null or >= 0
        && OutputTokens is null or >= 0
        && Environment is null or { Length: <= 256 };

    /// <summary>The entity it is kept as: the same id at the same time is the same entity.</summary>
    public TableEntity ToEntity(string project) => new(project, PlainRecords.RowKey(Timestamp!.Value, EventId.ToString()))
    {
        [nameof(TraceId)] = TraceId,
        [nameof(SpanId)] = SpanId,
        [nameof(Timestamp) + "Sent"] = Timestamp.Value,
        [nameof(Provider)] = Provider,
        [nameof(Model)] = Model,
        [nameof(Operation)] = Operation,
        [nameof(LatencyMs)] = LatencyMs,
        [nameof(Status)] = Status,
        [nameof(TtftMs)] = TtftMs,
        [nameof(CostUsd)] = CostUsd,
        [nameof(InputTokens)] = InputTokens,
        [nameof(OutputTokens)] = OutputTokens,
        [nameof(FinishReason)] = FinishReason,
        [nameof(Environment)] = Environment,
        [nameof(UserId)] = UserId,
        [nameof(SdkVersion)] = SdkVersion,
    };
}

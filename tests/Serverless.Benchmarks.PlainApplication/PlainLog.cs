using System.Text.Json;
using Azure.Data.Tables;

namespace Serverless.Benchmarks.Plain;

/// <summary>A batch of log entries, as <c>JsonSerializer</c> reads it.</summary>
internal sealed record PlainLogBatch(IReadOnlyList<PlainLog> Logs);

/// <summary>A log entry, as <c>JsonSerializer</c> reads it.</summary>
internal sealed record PlainLog
{
    private const int MaxMessage = 10 * 1024;
    private const int MaxLabel = 256;
    private const int MaxObject = 100 * 1024;

    private static readonly string[] Levels = ["debug", "info", "warn", "error", "fatal", "panic"];

    public string Id { get; init; } = "";

    public DateTimeOffset? Timestamp { get; init; }

    public string? Level { get; init; }

    public string? Message { get; init; }

    public string? Environment { get; init; }

    public string? ProjectId { get; init; }

    public string? TraceId { get; init; }

    public string? SpanId { get; init; }

    public string? ParentSpanId { get; init; }

    public JsonElement? PrivacyMode { get; init; }

    public JsonElement? Metadata { get; init; }

    public JsonElement? Error { get; init; }

    /// <summary>Whether the entry is acceptable.</summary>
    public bool IsValid() =>
        Timestamp is not null
        && Levels.Contains(Level)
        && Message is { Length: > 0 and <= MaxMessage }
        && Array.TrueForAll([Environment, ProjectId, TraceId, SpanId, ParentSpanId], static label => label is null or { Length: <= MaxLabel })
        && IsObject(Metadata)
        && IsObject(Error);

    /// <summary>The entity it is kept as.</summary>
    public TableEntity ToEntity(string organization)
    {
        var entity = new TableEntity(organization, PlainRecords.RowKey(Timestamp!.Value, Id))
        {
            [nameof(Timestamp) + "Sent"] = Timestamp.Value,
            [nameof(Level)] = Level,
            [nameof(Message)] = Message,
        };
        Set(nameof(Environment), Environment);
        Set(nameof(ProjectId), ProjectId);
        Set(nameof(TraceId), TraceId);
        Set(nameof(SpanId), SpanId);
        Set(nameof(ParentSpanId), ParentSpanId);
        Set(nameof(PrivacyMode), PrivacyMode?.GetRawText());
        Set(nameof(Metadata), Metadata?.GetRawText());
        Set(nameof(Error), Error?.GetRawText());
        return entity;

        void Set(string column, string? value)
        {
            if (value is not null)
            {
                entity[column] = value;
            }
        }
    }

    private static bool IsObject(JsonElement? value) =>
        value is not { } given || (given.ValueKind == JsonValueKind.Object && given.GetRawText().Length <= MaxObject);
}
